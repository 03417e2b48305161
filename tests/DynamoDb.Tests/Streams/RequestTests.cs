using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class RequestTests
{
    private const string Arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000";
    private const string Described = $$"""{"StreamDescription":{"StreamArn":"{{Arn}}","StreamStatus":"ENABLED","Shards":[]} }""";

    private static readonly ShardId Shard = new("shardId-00000001795448752315-fb9ebbab");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S1_every_operation_is_a_POST_of_JSON_1_0_with_its_target()
    {
        await using var service = new LoopbackService(request => CannedAnswer.Ok(request.Target.Split('.')[1] switch
        {
            "ListStreams" => """{"Streams":[]}""",
            "DescribeStream" => Described,
            "GetShardIterator" => """{"ShardIterator":"i"}""",
            _ => """{"Records":[]}""",
        }));
        using var client = TestClients.Streams(service);
        await client.ListStreamsAsync("Orders", null, Token);
        await client.DescribeStreamAsync(TestClients.Stream, null, null, Token);
        await client.GetShardIteratorAsync(TestClients.Stream, Shard, IteratorStart.Latest, Token);
        (await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)).Dispose();

        Assert.Equal(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"], service.Requests.Select(request => request.Target.Split('.')[1]));
        Assert.All(service.Requests, request =>
        {
            Assert.Equal(("POST", "/"), (request.Method, request.Path));
            Assert.Equal("application/x-amz-json-1.0", request.Headers["Content-Type"]);
            Assert.StartsWith("DynamoDBStreams_20120810.", request.Target, StringComparison.Ordinal);
            Assert.Equal(service.Url.TrimEnd('/')["http://".Length..], request.Headers["Host"]);
            Assert.Matches("^[0-9]{8}T[0-9]{6}Z$", request.Headers["X-Amz-Date"]);
            Assert.Equal(request.Body.Length.ToString(), request.Headers["Content-Length"]);
            Assert.StartsWith("aws-sdk-dotnet", request.Headers["User-Agent"], StringComparison.Ordinal);
            Assert.False(request.Headers.ContainsKey("Accept-Encoding"));
        });
    }

    [Fact]
    public async Task S10_ListStreams_sends_the_table_and_where_the_last_page_ended()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Streams":[]}"""));
        using var client = TestClients.Streams(service);
        await client.ListStreamsAsync("Orders", null, Token);
        await client.ListStreamsAsync("Orders", TestClients.Stream, Token);
        Assert.Equal(["""{"TableName":"Orders"}""", $$"""{"TableName":"Orders","ExclusiveStartStreamArn":"{{Arn}}"}"""], service.Requests.Select(request => request.Json));
    }

    [Fact]
    public async Task S11_S14_DescribeStream_sends_the_stream_where_the_last_page_ended_and_the_filter()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(Described));
        using var client = TestClients.Streams(service);
        await client.DescribeStreamAsync(TestClients.Stream, null, null, Token);
        await client.DescribeStreamAsync(TestClients.Stream, new ShardId("shard-7"), null, Token);
        await client.DescribeStreamAsync(TestClients.Stream, new ShardId("shard-7"), Shard, Token);
        Assert.Equal(
            [
                $$"""{"StreamArn":"{{Arn}}"}""",
                $$"""{"StreamArn":"{{Arn}}","ExclusiveStartShardId":"shard-7"}""",
                $$$"""{"StreamArn":"{{{Arn}}}","ExclusiveStartShardId":"shard-7","ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"{{{Shard}}}"}}""",
            ],
            service.Requests.Select(request => request.Json));
    }

    [Fact]
    public async Task S17_GetShardIterator_sends_the_kind_of_start_and_a_position_of_at_least_21_digits()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"ShardIterator":"arn|1|+/=="}"""));
        using var client = TestClients.Streams(service);
        foreach (var start in (IteratorStart[])[IteratorStart.TrimHorizon, IteratorStart.Latest, IteratorStart.At(SequenceNumber.Parse("7")), IteratorStart.After(SequenceNumber.Parse(new string('9', 40)))])
            Assert.Equal("arn|1|+/==", await client.GetShardIteratorAsync(TestClients.Stream, Shard, start, Token));

        var head = $$"""{"StreamArn":"{{Arn}}","ShardId":"{{Shard}}","ShardIteratorType":""";
        Assert.Equal(
            [
                head + "\"TRIM_HORIZON\"}",
                head + "\"LATEST\"}",
                head + "\"AT_SEQUENCE_NUMBER\",\"SequenceNumber\":\"000000000000000000007\"}",
                head + $"\"AFTER_SEQUENCE_NUMBER\",\"SequenceNumber\":\"{new string('9', 40)}\"}}",
            ],
            service.Requests.Select(request => request.Json));
    }

    [Fact]
    public async Task S19_GetRecords_sends_the_iterator_as_it_was_received_and_the_limit()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        using var client = TestClients.Streams(service);
        (await client.GetRecordsAsync(TestClients.Stream, "arn|1|a+b/c==", null, Token)).Dispose();
        (await client.GetRecordsAsync(TestClients.Stream, "i", 1000, Token)).Dispose();
        Assert.Equal(["""{"ShardIterator":"arn|1|a+b/c=="}""", """{"ShardIterator":"i","Limit":1000}"""], service.Requests.Select(request => request.Json));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task S19_a_limit_outside_1_to_1000_is_refused_before_anything_is_sent(int limit)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        using var client = TestClients.Streams(service);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", limit, Token));
        Assert.Empty(service.Requests);
    }
}
