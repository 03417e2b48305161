using System.Text;
using CsCheck;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Looking for an attribute by structure finds what reading one attribute after the other finds.</summary>
public sealed class AttributeSearchTests
{
    private static Item Image(string json, StructuralScanner scanner) =>
        RecordPage.Parse(Encoding.UTF8.GetBytes($$$"""{"Records":[{"dynamodb":{"NewImage":{{{json}}}}}]}"""), Records.Stream, scanner).Records[0].NewImage!;

    [Theory]
    [MemberData(nameof(StructuralScannerTests.Names), MemberType = typeof(StructuralScannerTests))]
    public void Any_attribute_is_found_as_it_is_read(string scanner) => Gen.Select(TypedValue.Items, Gen.Bool).Sample(
        (map, isEscaped) =>
        {
            var image = Image(TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped), StructuralScannerTests.Named(scanner));
            var read = image.ToList();
            foreach (var name in map.Members.Select(member => member.Key).Concat(["none", "S", "N", "M", "L", "", "\ud800"]))
            {
                var expected = read.Find(attribute => attribute.Key == name);
                Assert.Equal(expected.Key is not null, image.TryGetValue(name, out var found));
                Assert.Equal(expected.Value.Path, found.Path);
                Assert.Equal(expected.Value.Type, found.Type);
                Assert.Equal(expected.Value.ToString(), found.ToString());
            }
        },
        iter: Effort.Of(1000));

    [Theory]
    [InlineData("id")]
    [InlineData("größe")]
    [InlineData("a\\\"b")]
    [InlineData("back\\\\slash")]
    [InlineData("tab\\t")]
    [InlineData("")]
    public void Name_is_found_behind_many_others_and_at_every_place(string json)
    {
        for (var offset = 0; offset < 130; offset++)
        {
            var image = Image($$$$"""{"{{{{new string('x', offset)}}}}y":{"M":{"{{{{json}}}}":{"S":"inner"}}},"{{{{json}}}}":{"S":"outer"},"z":{"L":[]}}""", StructuralScanner.Fastest);

            Assert.Equal("outer", image.GetString(System.Text.RegularExpressions.Regex.Unescape(json)));
        }
    }

    [Fact]
    public void Name_longer_than_what_is_searched_for_is_found()
    {
        var name = new string('n', 5000);

        Assert.Equal(1, Records.Image($$$"""{"n":{"N":"0"},"{{{name}}}":{"N":"1"}}""").GetInt64(name));
        Assert.Null(Records.Image("""{"n":{"N":"0"}}""").Find(name));
    }

    [Fact]
    public void Attribute_beside_a_malformed_one_is_found()
    {
        var image = Records.Image("""{"bad":{"S" "x"},"worse":{"L":[}},"good":{"S":"x"},"late":{"N":tru}}""");

        Assert.Equal("x", image.GetString("good"));
        Assert.Null(image.Find("none"));
        Assert.Throws<RecordFormatException>(() => image["bad"]);
        Assert.Throws<RecordFormatException>(() => image["worse"]);
        Assert.Throws<RecordFormatException>(() => image.GetInt64("late"));
        Assert.Throws<RecordFormatException>(() => image.ToString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"id\"")]
    [InlineData("7")]
    public void Image_that_is_no_object_has_no_attributes_to_look_for(string image) =>
        Assert.Throws<RecordFormatException>(() => Records.Image(image).Contains("id"));

    [Theory]
    [InlineData("\"line\nbreak\"")]
    [InlineData("\"\\x\"")]
    public void Text_that_is_none_is_refused_however_it_is_read(string content) =>
        Assert.Throws<RecordFormatException>(() => Records.Image($$$"""{"a":{"S":{{{content}}} } }""").GetString("a"));
}
