namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>A record that the filter cannot read where it looks is delivered: it is the handler's to refuse.</summary>
public sealed class UnreadableRecordTests
{
    private const string Status = """{"dynamodb":{"NewImage":{"status":{"S":["open"]}}}}""";

    [Theory]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":tru}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":1.}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":"\ud800"}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":"\q"}}}}""")]
    [InlineData("{\"dynamodb\":{\"NewImage\":{\"status\":{\"S\":\"a\u0001\"}}}}")]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S"}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"status" {"S":"v"}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"\ud800":{"S":"v"}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":[1,]}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"a":1,}}}""")]
    [InlineData("""[1]""")]
    [InlineData("7")]
    [InlineData("null")]
    public void Record_that_cannot_be_read_where_the_pattern_looks_matches(string record) => Assert.True(Samples.Matches(Status, Samples.Of(record)));

    [Fact]
    public void Lists_that_nest_too_deep_to_be_followed_match()
    {
        const int Depth = 100_000;
        Assert.True(Samples.Matches(Status, Samples.Of("{\"dynamodb\":{\"NewImage\":{\"status\":{\"S\":" + new string('[', Depth) + new string(']', Depth) + "}}}}")));
    }

    [Fact]
    public void What_no_pattern_looks_at_is_not_read()
    {
        var record = Samples.Of("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"status":{"S":tru}},"OldImage":{"status":{"S":"open"}}}}""");
        Assert.False(Samples.Matches("""{"eventName":["INSERT"]}""", record));
        Assert.False(Samples.Matches("""{"dynamodb":{"OldImage":{"status":{"S":["paid"]}}}}""", record));
    }

    // However the members are ordered, what is readable and not wanted decides.
    [Theory]
    [InlineData("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"status":{"S":tru}}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":tru}}},"eventName":"MODIFY"}""")]
    public void Value_that_is_not_wanted_outweighs_one_that_cannot_be_read(string record) =>
        Assert.False(Samples.Matches("""{"eventName":["INSERT"],"dynamodb":{"NewImage":{"status":{"S":["open"]}}}}""", Samples.Of(record)));
}
