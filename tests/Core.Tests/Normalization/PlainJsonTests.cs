using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class PlainJsonTests
{
    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Theory]
    [InlineData("""{"S":"x\"y"}""", "\"x\\u0022y\"")]
    [InlineData("""{"N":"12345678901234567890123456789012345678"}""", "12345678901234567890123456789012345678")]
    [InlineData("""{"N":"1.50"}""", "1.50")]
    [InlineData("""{"N":"-1E-30"}""", "-1E-30")]
    [InlineData("""{"B":"AQL/"}""", "\"AQL/\"")]
    [InlineData("""{"BOOL":true}""", "true")]
    [InlineData("""{"NULL":true}""", "null")]
    [InlineData("""{"M":{"a":{"S":"x"},"b":{"M":{}}}}""", """{"a":"x","b":{}}""")]
    [InlineData("""{"L":[{"S":"x"},{"L":[]},{"N":"1"}]}""", """["x",[],1]""")]
    [InlineData("""{"SS":["x","y"]}""", """["x","y"]""")]
    [InlineData("""{"NS":["1","2.50"]}""", "[1,2.50]")]
    [InlineData("""{"BS":["AQ=="]}""", """["AQ=="]""")]
    public void Value_is_written_as_a_person_would_write_it(string typed, string plain)
    {
        Assert.Equal(plain, Write(writer => Records.Value(typed).WriteTo(writer)));
        Assert.Equal($$"""{"a":{{plain}}}""", Write(writer => Records.Image($$"""{"a":{{typed}}}""").WriteTo(writer)));
    }

    [Theory]
    [InlineData("""{"N":""}""")]
    [InlineData("""{"N":"ten"}""")]
    [InlineData("""{"N":"NaN"}""")]
    [InlineData("""{"N":"1 2"}""")]
    [InlineData("""{"N":"1,\"b\":2"}""")]
    [InlineData("""{"N":"\"x\""}""")]
    [InlineData("""{"N":"1."}""")]
    [InlineData("""{"NS":["1","x"]}""")]
    [InlineData("""{"M":{"b":{"N":"x"}}}""")]
    [InlineData("""{"L":[{"S":7}]}""")]
    [InlineData("""{"M":7}""")]
    public void Malformed_value_is_refused_and_never_written_as_it_is(string typed) =>
        Assert.Throws<RecordFormatException>(() => Write(writer => Records.Value(typed).WriteTo(writer)));

    [Fact]
    public void N14_sets_and_large_numbers_are_JSON() => Assert.Equal(
        """{"ss":["x","y"],"ns":[9007199254740993,1],"big":12345678901234567890123456789012345678,"__proto__":{"S":1}}""",
        Records.Image("""{"ss":{"SS":["x","y"]},"ns":{"NS":["9007199254740993","1"]},"big":{"N":"12345678901234567890123456789012345678"},"__proto__":{"M":{"S":{"N":"1"}}}}""").ToString());

    [Fact]
    public void Name_that_comes_twice_means_the_first_at_any_depth_and_number_of_names()
    {
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => "\"n" + i + "\":{\"N\":\"" + i + "\"},"));
        var image = Records.Image("{\"m\":{\"M\":{" + many + """ "\u006e5":{"S":"again"},"n99":7,"n":{"L":[{"M":{"a":{"N":"1"},"a":{"N":"2"}}}]}}}}""");

        var plain = JsonDocument.Parse(image.ToString()).RootElement.GetProperty("m");

        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => $"n{i}"), "n"], plain.EnumerateObject().Select(member => member.Name));
        Assert.Equal("5", plain.GetProperty("n5").GetRawText());
        Assert.Equal("99", plain.GetProperty("n99").GetRawText());
        Assert.Equal("""[{"a":1}]""", plain.GetProperty("n").GetRawText());
        Assert.Equal(101, image.GetMap("m").Count());
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character_which_is_all_that_UTF_8_has_for_it() =>
        Assert.Equal("""{"\uFFFD":"x\uFFFD"}""", Records.Image("""{"\ud800":{"S":"x\udc00"}}""").ToString());

    [Theory]
    [InlineData("""{"S":"x\u0079\n\ud83d\ude00é"}""", "\"xy\\n\\uD83D\\uDE00\\u00E9\"")]
    [InlineData("""{"N":"\u0031\u0032"}""", "12")]
    [InlineData("""{"B":"AQL\/"}""", "\"AQL/\"")]
    [InlineData("""{"SS":["\u0041"]}""", """["A"]""")]
    [InlineData("""{"\u0053":"x"}""", "\"x\"")]
    public void Escapes_of_the_wire_are_undone(string typed, string plain) => Assert.Equal(plain, Records.Value(typed).ToString());

    [Fact]
    public void Writer_decides_what_is_escaped() => Assert.Equal(
        """{"näme":"é<"}""",
        TypedValue.Write(Records.Image("""{"n\u00e4me":{"S":"é<"}}""").WriteTo, isEscaped: false));

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        var image = Records.ImageOf("{\"a\":{\"S\":\"x"u8, "\"}}"u8);

        Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(() => image.ToString()).AttributePath);
        Assert.Throws<RecordFormatException>(() => image.GetString("a"));
        Assert.Throws<RecordFormatException>(() => image.ToDictionary());
    }
}
