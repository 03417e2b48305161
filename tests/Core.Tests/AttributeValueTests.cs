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
            (AttributeType.Number, () => value.AsBigInteger()),
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
            Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(way.Read).AttributePath);
    }

    [Theory]
    [InlineData("""{"S":1}""", AttributeType.String)]
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

        Assert.StartsWith("dynamodb.NewImage.a", error.AttributePath, StringComparison.Ordinal);
        Assert.StartsWith(error.AttributePath, error.Message, StringComparison.Ordinal);
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

        Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(() => image["a"]).AttributePath);
        Assert.Equal("x", image.GetString("b"));
        Assert.Throws<RecordFormatException>(() => image.Count());
    }

    [Fact]
    public void Path_leads_to_the_value()
    {
        var image = Records.Image("""{"lines":{"L":[{"N":"1"},{"M":{"price":{"L":[{"L":[{"S":"x"}]}]}}}]}}""");

        var value = image["lines"].AsList()[1].AsMap()["price"].AsList()[0].AsList()[0];

        Assert.Equal("dynamodb.NewImage.lines[1].price[0][0]", value.Path);
        Assert.Equal(value.Path, Assert.Throws<RecordFormatException>(() => value.AsDecimal()).AttributePath);
    }

    [Fact]
    public void Path_of_a_malformed_member_of_a_list_leads_to_it()
    {
        var list = Records.Value("""{"L":[{"N":"1"},{"Q":"1"}]}""");

        Assert.Equal("dynamodb.NewImage.a[1]", Assert.Throws<RecordFormatException>(() => list.AsList()).AttributePath);
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
    public void N12_item_of_the_deepest_nesting_that_DynamoDB_takes_is_read()
    {
        var value = Records.Value(Records.Nested(32));
        for (var level = 0; level < 32; level++)
            value = value.AsMap()["a"];

        Assert.Equal("deep", value.AsString());
    }

    [Fact]
    public void Sets_hold_each_member_once_and_are_asked_by_content()
    {
        var binary = Records.Value("""{"BS":["AQ==","AgM=","AQ=="]}""").AsBinarySet();

        Assert.Equal(2, binary.Count);
        Assert.Contains(new byte[] { 2, 3 }, binary);
        Assert.DoesNotContain(new byte[] { 3, 2 }, binary);
        Assert.True(binary.SetEquals([[2, 3], [1]]));
        Assert.Equal(["x"], Records.Value("""{"SS":["x","\u0078"]}""").AsStringSet());
    }

    [Fact]
    public void N4_members_of_a_number_set_are_told_apart_by_their_text() =>
        Assert.Equal(["1", "1.0", "1e0"], Records.Value("""{"NS":["1","1.0","1e0","1"]}""").AsNumberSet().Order(StringComparer.Ordinal));

    [Fact]
    public void N4_B_and_BS_are_bytes_and_BOOL_is_only_a_boolean()
    {
        Assert.Equal("Hello"u8.ToArray(), Records.Value("""{"B":"SGVsbG8="}""").AsBytes());
        Assert.Equal("Hello"u8.ToArray(), Assert.Single(Records.Value("""{"BS":["SGVsbG8="]}""").AsBinarySet()));
        Assert.Throws<RecordFormatException>(() => Records.Value("""{"BOOL":"false"}""").AsBoolean());
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_text_is_data()
    {
        Assert.Equal("a\ud800\"\n\u00e9", Records.Value("""{"S":"a\ud800\"\n\u00E9"}""").AsString());
        Assert.Equal(["\udc00"], Records.Value("""{"SS":["\udc00"]}""").AsStringSet());
        Assert.Equal("😀é/", Records.Value("""{"S":"\ud83d\ude00é\/"}""").AsString());
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
