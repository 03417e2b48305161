using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class PlainValuesTests
{
    [Fact]
    public void Item_is_a_dictionary_of_plain_values()
    {
        var values = Records.Image("""
            {"s":{"S":"x"},"n":{"N":"12.5"},"b":{"B":"AQI="},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},"m":{"M":{"k":{"S":"v"},"":{"NULL":true}}},
             "l":{"L":[{"S":"y"},{"N":"1"},{"L":[]}]},"ss":{"SS":["p","q"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AQ==","Ag=="]}}
            """).ToDictionary();

        Assert.Equal(["s", "n", "b", "t", "f", "z", "m", "l", "ss", "ns", "bs"], values.Keys);
        Assert.Equal("x", values["s"]);
        Assert.Equal(12.5m, values["n"]);
        Assert.Equal(new byte[] { 1, 2 }, values["b"]);
        Assert.Equal(true, values["t"]);
        Assert.Equal(false, values["f"]);
        Assert.Null(values["z"]);
        var map = Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(values["m"]);
        Assert.Equal(("v", null, 2), (map["k"], map[""], map.Count));
        var list = Assert.IsAssignableFrom<IReadOnlyList<object?>>(values["l"]);
        Assert.Equal(["y", 1m], list.Take(2));
        Assert.Empty(Assert.IsAssignableFrom<IReadOnlyList<object?>>(list[2]));
        Assert.True(Assert.IsAssignableFrom<IReadOnlySet<string>>(values["ss"]).SetEquals(["q", "p"]));
        Assert.True(Assert.IsAssignableFrom<IReadOnlySet<decimal>>(values["ns"]).SetEquals([2.5m, 1]));
        Assert.Contains(new byte[] { 2 }, Assert.IsAssignableFrom<IReadOnlySet<byte[]>>(values["bs"]));
    }

    [Theory]
    [InlineData("12345678901234567890123456789012345678")]
    [InlineData("1E-30")]
    [InlineData("9.9999999999999999999999999999999999999E+125")]
    public void Number_that_a_decimal_would_round_is_its_digits(string digits)
    {
        Assert.Equal(digits, Records.Image($$$"""{"n":{"N":"{{{digits}}}"}}""").ToDictionary()["n"]);
        var set = Records.Value($$"""{"NS":["1.0","{{digits}}"]}""").ToObject();
        Assert.True(Assert.IsAssignableFrom<IReadOnlySet<string>>(set).SetEquals(["1.0", digits]));
    }

    [Fact]
    public void Name_that_comes_twice_means_the_first() =>
        Assert.Equal(1m, Assert.Single(Records.Image("""{"a":{"N":"1"},"\u0061":{"N":"2"},"a":9}""").ToDictionary()).Value);

    [Theory]
    [InlineData("""{"N":"ten"}""")]
    [InlineData("""{"N":"1E126"}""")]
    [InlineData("""{"NS":["1","x"]}""")]
    [InlineData("""{"NULL":{"x":1},"S":"x"}""")]
    [InlineData("""{"L":[{"S":"x"},{"Q":"x"}]}""")]
    [InlineData("""{"M":{"x":{"BOOL":0}}}""")]
    [InlineData("""{"B":"*"}""")]
    public void Malformed_value_is_refused_with_its_path(string typed)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Image($$"""{"ok":{"S":"x"},"a":{{typed}}}""").ToDictionary());

        Assert.StartsWith("dynamodb.NewImage.a", error.AttributePath, StringComparison.Ordinal);
    }

    [Fact]
    public void No_value_has_no_plain_value() => Assert.Throws<RecordFormatException>(() => default(AttributeValue).ToObject());
}
