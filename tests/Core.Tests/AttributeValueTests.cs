using System.Text;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class AttributeValueTests
{
    [Fact]
    public void S57_every_type_is_read()
    {
        Assert.Equal("te\"xt", Records.Value("""{"S":"te\"xt"}""").AsString());
        Assert.Equal("12.50", Records.Value("""{"N":"12.50"}""").AsNumberText());
        Assert.Equal([1, 2, 255], Records.Value("""{"B":"AQL/"}""").AsBytes());
        Assert.True(Records.Value("""{"BOOL":true}""").AsBoolean());
        Assert.False(Records.Value("""{"BOOL":false}""").AsBoolean());
        Assert.True(Records.Value("""{"NULL":true}""").IsNull);
        Assert.False(Records.Value("""{"S":""}""").IsNull);
        Assert.Equal("x", Records.Value("""{"M":{"b":{"S":"x"}}}""").AsMap().GetString("b"));
        Assert.Equal(["x", "1"], Records.Value("""{"L":[{"S":"x"},{"S":"1"}]}""").AsList().Select(value => value.AsString()));
        Assert.Equal(["x", "y"], Records.Value("""{"SS":["y","x"]}""").AsStringSet().Order(StringComparer.Ordinal));
        Assert.Equal(["1", "1.50"], Records.Value("""{"NS":["1.50","1"]}""").AsNumberSet().Order(StringComparer.Ordinal));
        Assert.Equal([[1], [2, 3]], Records.Value("""{"BS":["AQ==","AgM="]}""").AsBinarySet());
    }

    public static TheoryData<string, AttributeType> Types => new()
    {
        { """{"S":"x"}""", AttributeType.String },
        { """{"N":"1"}""", AttributeType.Number },
        { """{"B":""}""", AttributeType.Binary },
        { """{"BOOL":true}""", AttributeType.Boolean },
        { """{"NULL":true}""", AttributeType.Null },
        { """{"M":{}}""", AttributeType.Map },
        { """{"L":[]}""", AttributeType.List },
        { """{"SS":["x"]}""", AttributeType.StringSet },
        { """{"NS":["1"]}""", AttributeType.NumberSet },
        { """{"BS":["AQ=="]}""", AttributeType.BinarySet },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Value_is_only_given_as_its_own_type(string typedValue, AttributeType type)
    {
        var value = Records.Value(typedValue);
        Assert.Equal(type, value.Type);
        var ways = new (AttributeType Type, Action Read)[]
        {
            (AttributeType.String, () => value.AsString()),
            (AttributeType.Number, () => value.AsNumberText()),
            (AttributeType.Number, () => value.AsDecimal()),
            (AttributeType.Number, () => value.AsInt64()),
            (AttributeType.Number, () => value.AsDouble()),
            (AttributeType.Binary, () => value.AsBytes()),
            (AttributeType.Boolean, () => value.AsBoolean()),
            (AttributeType.Map, () => value.AsMap()),
            (AttributeType.List, () => value.AsList()),
            (AttributeType.StringSet, () => value.AsStringSet()),
            (AttributeType.NumberSet, () => value.AsNumberSet()),
            (AttributeType.BinarySet, () => value.AsBinarySet()),
        };

        foreach (var way in ways.Where(way => way.Type == type))
            way.Read();
        foreach (var way in ways.Where(way => way.Type != type))
            Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(way.Read).Path);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("12.50", "12.5")]
    [InlineData("1E3", "1000")]
    [InlineData("1.5e-3", "0.0015")]
    [InlineData("0E999999999999", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void Number_that_a_decimal_holds_is_given_exactly(string digits, string expected) =>
        Assert.Equal(decimal.Parse(expected), Records.Value($$"""{"N":"{{digits}}"}""").AsDecimal());

    [Theory]
    [InlineData("12345678901234567890123456789012345678")]
    [InlineData("0.12345678901234567890123456789012345678")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("1E-29")]
    [InlineData("1E-99999999999")]
    [InlineData("9.9999999999999999999999999999999999999E+125")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("ten")]
    [InlineData("1,000")]
    public void Number_that_a_decimal_would_round_is_refused(string digits)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Value($$"""{"N":"{{digits}}"}""").AsDecimal());

        Assert.Equal("dynamodb.NewImage.a", error.Path);
        Assert.Equal(digits, Records.Value($$"""{"N":"{{digits}}"}""").AsNumberText());
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("5.00", 5)]
    [InlineData("12e2", 1200)]
    public void Whole_number_in_range_is_given_as_integer(string digits, long expected) =>
        Assert.Equal(expected, Records.Value($$"""{"N":"{{digits}}"}""").AsInt64());

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("0.5")]
    [InlineData("1E30")]
    public void Number_that_is_no_64_bit_integer_is_refused(string digits) =>
        Assert.Throws<RecordFormatException>(() => Records.Value($$"""{"N":"{{digits}}"}""").AsInt64());

    [Fact]
    public void Number_is_given_as_the_nearest_double()
    {
        Assert.Equal(9.9999999999999999e125, Records.Value("""{"N":"9.9999999999999999999999999999999999999E+125"}""").AsDouble());
        Assert.Equal(0.1, Records.Value("""{"N":"0.1"}""").AsDouble());
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1E400")]
    [InlineData("x")]
    public void Text_that_is_no_finite_number_is_refused_as_double(string digits) =>
        Assert.Throws<RecordFormatException>(() => Records.Value($$"""{"N":"{{digits}}"}""").AsDouble());

    [Theory]
    [InlineData("""{"S":1}""", AttributeType.String)]
    [InlineData("""{"S":"\ud800"}""", AttributeType.String)]
    [InlineData("""{"N":1}""", AttributeType.Number)]
    [InlineData("""{"B":"*"}""", AttributeType.Binary)]
    [InlineData("""{"B":"\ud800"}""", AttributeType.Binary)]
    [InlineData("""{"B":[]}""", AttributeType.Binary)]
    [InlineData("""{"BOOL":"true"}""", AttributeType.Boolean)]
    [InlineData("""{"M":[]}""", AttributeType.Map)]
    [InlineData("""{"L":{}}""", AttributeType.List)]
    [InlineData("""{"L":["x"]}""", AttributeType.List)]
    [InlineData("""{"SS":"x"}""", AttributeType.StringSet)]
    [InlineData("""{"SS":[1]}""", AttributeType.StringSet)]
    [InlineData("""{"NS":[1]}""", AttributeType.NumberSet)]
    [InlineData("""{"BS":["*"]}""", AttributeType.BinarySet)]
    public void Value_that_does_not_fit_its_type_is_refused_with_its_path(string typedValue, AttributeType type)
    {
        var value = Records.Value(typedValue);

        var error = Assert.Throws<RecordFormatException>(() => Read(value, type));

        Assert.StartsWith("dynamodb.NewImage.a", error.Path, StringComparison.Ordinal);
        Assert.StartsWith(error.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"X":"x"}""")]
    [InlineData("""{"s":"x"}""")]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("""{"\u0053\u0053\u0053\u0053\u0053":"x"}""")]
    [InlineData("""{"S":"x","N":"1"}""")]
    public void Value_without_a_type_of_DynamoDB_is_refused_and_its_neighbours_are_not(string value)
    {
        var image = Records.Image($$$"""{"a":{{{value}}},"b":{"S":"x"}}""");

        Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(() => image["a"]).Path);
        Assert.Equal("x", image.GetString("b"));
        Assert.Throws<RecordFormatException>(() => image.Count());
    }

    [Fact]
    public void Path_leads_to_the_value()
    {
        var image = Records.Image("""{"lines":{"L":[{"N":"1"},{"M":{"price":{"L":[{"L":[{"S":"x"}]}]}}}]}}""");

        var value = image["lines"].AsList()[1].AsMap()["price"].AsList()[0].AsList()[0];

        Assert.Equal("dynamodb.NewImage.lines[1].price[0][0]", value.Path);
        Assert.Equal(value.Path, Assert.Throws<RecordFormatException>(() => value.AsDecimal()).Path);
    }

    [Fact]
    public void Path_of_a_malformed_member_of_a_list_leads_to_it()
    {
        var list = Records.Value("""{"L":[{"N":"1"},{"Q":"1"}]}""");

        Assert.Equal("dynamodb.NewImage.a[1]", Assert.Throws<RecordFormatException>(() => list.AsList()).Path);
    }

    [Fact]
    public void No_value_is_refused_and_not_a_null_reference()
    {
        AttributeValue nothing = default;

        Assert.Throws<RecordFormatException>(() => nothing.AsString());
        Assert.Throws<RecordFormatException>(() => nothing.AsMap());
        Assert.Equal("(no value)", nothing.Path);
    }

    [Fact]
    public void Item_of_the_deepest_nesting_that_DynamoDB_takes_is_read()
    {
        var json = new StringBuilder();
        for (var level = 0; level < 32; level++)
            json.Append("{\"M\":{\"a\":");
        json.Append("{\"S\":\"deep\"}");
        json.Append('}', 64);

        var value = Records.Value(json.ToString());
        for (var level = 0; level < 32; level++)
            value = value.AsMap()["a"];

        Assert.Equal("deep", value.AsString());
    }

    private static object Read(AttributeValue value, AttributeType type) => type switch
    {
        AttributeType.String => value.AsString(),
        AttributeType.Number => value.AsNumberText(),
        AttributeType.Binary => value.AsBytes(),
        AttributeType.Boolean => value.AsBoolean(),
        AttributeType.Map => value.AsMap().Count(),
        AttributeType.List => value.AsList(),
        AttributeType.StringSet => value.AsStringSet(),
        AttributeType.NumberSet => value.AsNumberSet(),
        _ => value.AsBinarySet(),
    };
}
