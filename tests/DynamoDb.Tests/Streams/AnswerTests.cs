using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class AnswerTests
{
    private const string Arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S10_ListStreams_gives_the_streams_and_where_the_page_ended()
    {
        const string Older = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-30T12:00:00.000";
        await using var service = new LoopbackService(CannedAnswer.Ok($$"""{"Streams":[{"StreamArn":"{{Older}}","TableName":"Orders","StreamLabel":"x"},{"StreamArn":"{{Arn}}"}],"LastEvaluatedStreamArn":"{{Arn}}"}"""));
        using var client = TestClients.Streams(service);
        var listing = await client.ListStreamsAsync("Orders", null, Token);
        Assert.Equal([StreamArn.Parse(Older), TestClients.Stream], listing.Streams);
        Assert.Equal(TestClients.Stream, listing.LastEvaluated);
    }

    [Fact]
    public async Task S11_S12_DescribeStream_gives_the_stream_and_its_shards()
    {
        var answer = CannedAnswer.Ok($$"""
            {"StreamDescription":{"StreamArn":"{{Arn}}","StreamLabel":"2026-01-31T12:00:00.000","StreamStatus":"ENABLED","StreamViewType":"NEW_AND_OLD_IMAGES","TableName":"Orders",
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"LastEvaluatedShardId":"shard-3","Shards":[
              {"ShardId":"shard-1","SequenceNumberRange":{"StartingSequenceNumber":"100000000003498069978","EndingSequenceNumber":"100000000003498069978"} },
              {"ShardId":"shard-2","ParentShardId":"shard-1","SequenceNumberRange":{"StartingSequenceNumber":"20000000000349806997812345"} },
              {"ShardId":"shard-3"}]} }
            """);
        await using var service = new LoopbackService(answer with { Headers = new Dictionary<string, string> { ["Date"] = "Sat, 31 Jan 2026 12:34:56 GMT" } });
        using var client = TestClients.Streams(service);
        var description = await client.DescribeStreamAsync(TestClients.Stream, null, null, Token);
        Assert.Equal((TestClients.Stream, StreamStatus.Enabled, "NEW_AND_OLD_IMAGES"), (description.Stream, description.Status, description.ViewType));
        Assert.Equal(new ShardId("shard-3"), description.LastEvaluated);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 34, 56, TimeSpan.Zero), description.ServiceTime);
        var number = SequenceNumber.Parse("100000000003498069978");
        Assert.Equal(
            [
                new Shard(new ShardId("shard-1"), null, number, number),
                new Shard(new ShardId("shard-2"), new ShardId("shard-1"), SequenceNumber.Parse("20000000000349806997812345"), null),
                new Shard(new ShardId("shard-3"), null, null, null),
            ],
            description.Shards);
        Assert.Equal([true, false, false], description.Shards.Select(shard => shard.IsClosed));
    }

    [Theory]
    [InlineData("1.3964916E9")]
    [InlineData("1396491600")]
    [InlineData("1396491600.123")]
    public async Task S7_timestamps_may_be_whole_fractional_or_in_exponent_form(string time)
    {
        await using var service = new LoopbackService(request => CannedAnswer.Ok(request.Target.EndsWith("DescribeStream", StringComparison.Ordinal)
            ? $$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","CreationRequestDateTime":{{time}} } }"""
            : $$"""{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"100000000003498069978","Keys":{"pk":{"S":"a"} },"ApproximateCreationDateTime":{{time}} } }]}"""));
        using var client = TestClients.Streams(service);
        Assert.Empty((await client.DescribeStreamAsync(TestClients.Stream, null, null, Token)).Shards);
        using var page = await client.GetRecordsAsync(TestClients.Stream, "i", null, Token);
        Assert.Equal(1396491600, Assert.Single(page.Records).ApproximateCreationTime!.Value.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("\"LastEvaluatedShardId\":\"\",")]
    [InlineData("\"LastEvaluatedShardId\":null,")]
    [InlineData("")]
    public async Task S13_paging_ends_when_the_last_shard_is_absent_or_empty(string member)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok($$"""{"StreamDescription":{ {{member}}"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","Shards":[]} }"""));
        using var client = TestClients.Streams(service);
        Assert.Null((await client.DescribeStreamAsync(TestClients.Stream, null, null, Token)).LastEvaluated);
    }

    [Theory]
    [InlineData("ENABLING", StreamStatus.Enabling)]
    [InlineData("ENABLED", StreamStatus.Enabled)]
    [InlineData("DISABLING", StreamStatus.Disabling)]
    [InlineData("DISABLED", StreamStatus.Disabled)]
    public async Task S16_a_stream_has_one_of_four_states(string text, StreamStatus status)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok($$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"{{text}}"} }"""));
        using var client = TestClients.Streams(service);
        Assert.Equal(status, (await client.DescribeStreamAsync(TestClients.Stream, null, null, Token)).Status);
    }

    [Fact]
    public async Task S20_an_empty_page_with_an_iterator_is_an_answer_like_any_other()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[],"NextShardIterator":"next"}"""));
        using var client = TestClients.Streams(service);
        using var page = await client.GetRecordsAsync(TestClients.Stream, "i", null, Token);
        Assert.Empty(page.Records);
        Assert.Equal("next", page.NextShardIterator);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"NextShardIterator\":null")]
    public async Task S21_the_last_page_has_no_iterator_and_may_have_records(string member)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok($$"""{"Records":[{"eventID":"1","eventName":"REMOVE","dynamodb":{"SequenceNumber":"100000000003498069978"} }]{{member}} }"""));
        using var client = TestClients.Streams(service);
        using var page = await client.GetRecordsAsync(TestClients.Stream, "i", null, Token);
        Assert.Equal(EventName.Remove, Assert.Single(page.Records).EventName);
        Assert.Null(page.NextShardIterator);
    }

    [Theory]
    [InlineData("""{}""", "StreamDescription is missing")]
    [InlineData("""{"StreamDescription":{"StreamStatus":"ENABLED"}}""", "StreamArn is missing")]
    [InlineData($$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"BROKEN"} }""", "StreamStatus is 'BROKEN'")]
    [InlineData($$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","Shards":7} }""", "Shards is not a list")]
    [InlineData($$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","Shards":[{}]} }""", "Shards.ShardId is missing")]
    [InlineData($$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","Shards":[{"ShardId":"s","SequenceNumberRange":{"EndingSequenceNumber":"x"} }]} }""", "EndingSequenceNumber is 'x'")]
    [InlineData("[]", "the answer is not an object")]
    public async Task An_answer_of_another_shape_is_half_an_answer_and_names_the_member(string json, string named)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(json));
        using var client = TestClients.Streams(service);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.DescribeStreamAsync(TestClients.Stream, null, null, Token));
        Assert.Equal(StreamErrorKind.Unreachable, error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
