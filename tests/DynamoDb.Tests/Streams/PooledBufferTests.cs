using System.IO.Hashing;
using System.Text;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class PooledBufferTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, false)]
    [InlineData(300_000, false)]
    [InlineData(10, true)]
    [InlineData(300_000, true)]
    public async Task A_pages_buffer_goes_back_once_when_the_page_is_disposed_of(int size, bool chunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"Records":[{"eventID":"1","dynamodb":{"NewImage":{"text":{"S":"{{new string('x', size)}}"} } } }]}""");
        var headers = new Dictionary<string, string> { ["x-amz-crc32"] = Crc32.HashToUInt32(body).ToString() };
        await using var service = new LoopbackService(new CannedAnswer(200, body) { IsChunked = chunked, Headers = headers });
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, pool: pool);
        var page = await client.GetRecordsAsync(TestClients.Stream, "i", null, Token);
        Assert.Equal(body.Length, page.SizeInBytes);
        Assert.Equal(1, pool.Rented - pool.Returned);
        if (!chunked)
            Assert.Equal(1, pool.Rented);
        page.Dispose();
        page.Dispose();
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Fact]
    public async Task A_control_operations_buffer_goes_back_at_once()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"ShardIterator":"i"}"""));
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, pool: pool);
        await client.GetShardIteratorAsync(TestClients.Stream, new ShardId("s"), IteratorStart.Latest, Token);
        Assert.Equal((1, 1), (pool.Rented, pool.Returned));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_too_long_is_refused_and_names_the_option(bool chunked)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok($$"""{"Records":[],"x":"{{new string('x', 2000)}}"}""") with { IsChunked = chunked });
        var options = TestClients.Options(service.Url);
        options.MaximumAnswerBytes = 1000;
        var pool = new CountingPool();
        using var client = new DynamoDbStreamsClient(options, TimeProvider.System, pool);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal(StreamErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(nameof(DynamoDbOptions.MaximumAnswerBytes), error.Message, StringComparison.Ordinal);
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Fact]
    public async Task Pages_one_after_the_other_use_one_connection()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[],"NextShardIterator":"n"}"""));
        using var client = TestClients.Streams(service);
        for (var i = 0; i < 5; i++)
            (await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)).Dispose();
        Assert.Single(service.Requests.Select(request => request.Connection).Distinct());
    }
}
