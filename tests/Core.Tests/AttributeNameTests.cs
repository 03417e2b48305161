using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

/// <summary>Names are data, however odd.</summary>
public sealed class AttributeNameTests
{
    [Theory]
    [InlineData("__proto__", "__proto__")]
    [InlineData("constructor", "constructor")]
    [InlineData("", "")]
    [InlineData("S", "S")]
    [InlineData("M", "M")]
    [InlineData("a.b[0]", "a.b[0]")]
    [InlineData("a\\\"b", "a\"b")]
    [InlineData("\\u0053", "S")]
    [InlineData("näme", "näme")]
    [InlineData("n\\u00e4me", "näme")]
    [InlineData("\\ud83d\\ude00", "😀")]
    public void N11_name_of_any_text_is_an_attribute(string json, string name)
    {
        var image = Records.Image($$$"""{"before":{"S":"b"},"{{{json}}}":{"S":"x"},"after":{"S":"a"}}""");

        Assert.Equal("x", image.GetString(name));
        Assert.Equal(["before", name, "after"], image.Select(attribute => attribute.Key));
        Assert.Equal("a", image.GetString("after"));
    }

    [Fact]
    public void N11_name_with_half_a_surrogate_pair_is_an_attribute()
    {
        // Not as data of the theory above: what writes that down, writes UTF-8.
        var image = Records.Image("""{"\ud800":{"S":"high"},"x\udc00\n":{"S":"low"},"\ud801":{"S":"other"}}""");

        Assert.Equal("high", image.GetString("\ud800"));
        Assert.Equal("low", image.GetString("x\udc00\n"));
        Assert.Equal(["\ud800", "x\udc00\n", "\ud801"], image.Select(attribute => attribute.Key));
        Assert.Equal("dynamodb.NewImage['x\\udc00\\u000a']", image["x\udc00\n"].Path);
    }

    [Fact]
    public void Name_that_comes_twice_means_the_first()
    {
        var image = Records.Image("""{"a":{"N":"1"},"b":{"S":"x"},"\u0061":{"N":"2"},"a":{"oops":3}}""");

        Assert.Equal(1, image.GetInt64("a"));
        Assert.Equal(["a", "b"], image.Select(attribute => attribute.Key));
        Assert.Equal(1, image.First().Value.AsInt64());
        Assert.Equal("""{"a":1,"b":"x"}""", image.ToString());
    }

    [Fact]
    public void Name_that_is_not_UTF_8_is_refused_and_hides_nothing_else()
    {
        var image = Records.ImageOf("{\"x"u8, "\":{\"S\":\"x\"},\"id\":{\"S\":\"o-1\"}}"u8);

        Assert.Equal("o-1", image.GetString("id"));
        Assert.False(image.Contains("\ufffd"));
        Assert.Equal("dynamodb.NewImage", Assert.Throws<RecordFormatException>(() => image.Count()).AttributePath);
    }
}
