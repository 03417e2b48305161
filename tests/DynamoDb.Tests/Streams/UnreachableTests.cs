using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class UnreachableTests
{
    private static readonly string Page = $$"""{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"100000000003498069978","NewImage":{"text":{"S":"{{new string('x', 5000)}}"} } } }],"NextShardIterator":"n"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_is_unreachable()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        using var client = new DynamoDbStreamsClient(TestClients.Options($"http://127.0.0.1:{port}"), TimeProvider.System);
        AssertUnreachable(await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_in_the_middle_of_a_page_is_unreachable(bool chunked)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(Page) with { CutAfter = 3000, IsChunked = chunked });
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, pool: pool);
        AssertUnreachable(await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)));
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task An_error_that_breaks_off_is_unreachable(int status)
    {
        await using var service = new LoopbackService(CannedAnswer.Error(status, "ValidationException") with { CutAfter = 30 });
        using var client = TestClients.Streams(service);
        using var directory = new DynamoDbTableDirectory(TestClients.Options(service.Url), TimeProvider.System);
        AssertUnreachable(await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)));
        AssertUnreachable(await Assert.ThrowsAsync<StreamServiceException>(async () => await directory.DescribeTableAsync("Orders", Token)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"Records\":[{\"eventID\":\"1\"")]
    [InlineData("<html>captive portal</html>")]
    [InlineData("{\"Records\":[]}trailing")]
    [InlineData("{\"NextShardIterator\":\"n\"}")]
    [InlineData("{\"Records\":[],\"NextShardIterator\":7}")]
    public async Task A_page_that_is_not_whole_JSON_is_unreachable(string body)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(body));
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, pool: pool);
        AssertUnreachable(await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token)));
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Fact]
    public async Task A_page_that_was_changed_on_its_way_is_unreachable()
    {
        var body = Encoding.UTF8.GetBytes(Page);
        var crc32 = Crc32.HashToUInt32(body).ToString();
        body[200] ^= 1;
        await using var service = new LoopbackService(new CannedAnswer(200, body) { Headers = new Dictionary<string, string> { ["x-amz-crc32"] = crc32 } });
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, pool: pool);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        AssertUnreachable(error);
        Assert.Contains("x-amz-crc32", error.Message, StringComparison.Ordinal);
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetRecords_without_an_answer_ends_after_its_time_out(bool noHead)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(Page) with { IsSilent = noHead, IsBodySilent = !noHead });
        var (time, pool) = (new FakeTimeProvider(), new CountingPool());
        using var client = TestClients.Streams(service, time, pool);
        var call = client.GetRecordsAsync(TestClients.Stream, "i", null, Token).AsTask();
        await service.NextRequestAsync();
        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var error = await Assert.ThrowsAsync<StreamServiceException>(() => call);
        AssertUnreachable(error);
        Assert.Contains("within 10 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Fact]
    public async Task Other_operations_without_an_answer_end_after_their_own_time_out()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("{}") with { IsSilent = true });
        var time = new FakeTimeProvider();
        var options = TestClients.Options(service.Url);
        options.CallTimeout = TimeSpan.FromSeconds(2.5);
        using var client = new DynamoDbStreamsClient(options, time);
        using var directory = new DynamoDbTableDirectory(options, time);
        foreach (var start in (Func<Task>[])[() => client.DescribeStreamAsync(TestClients.Stream, null, null, Token).AsTask(), () => directory.DescribeTableAsync("Orders", Token).AsTask()])
        {
            var call = start();
            await service.NextRequestAsync();
            time.Advance(TimeSpan.FromSeconds(2.5));
            var error = await Assert.ThrowsAsync<StreamServiceException>(() => call);
            AssertUnreachable(error);
            Assert.Contains("within 2.5 s", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_callers_cancellation_stays_a_cancellation(bool noHead)
    {
        await using var service = new LoopbackService(CannedAnswer.Ok(Page) with { IsSilent = noHead, IsBodySilent = !noHead });
        var pool = new CountingPool();
        using var client = TestClients.Streams(service, new FakeTimeProvider(), pool);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = client.GetRecordsAsync(TestClients.Stream, "i", null, cancellation.Token).AsTask();
        await service.NextRequestAsync();
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(pool.Rented, pool.Returned);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again_by_itself()
    {
        var calls = 0;
        await using var service = new LoopbackService(_ => CannedAnswer.Ok(Page) with { IsDropped = ++calls == 1 });
        using var client = TestClients.Streams(service);
        using var page = await client.GetRecordsAsync(TestClients.Stream, "i", null, Token);
        Assert.Single(page.Records);
        Assert.Equal(2, calls);
    }

    private static void AssertUnreachable(StreamServiceException error)
    {
        Assert.Equal(StreamErrorKind.Unreachable, error.Kind);
        Assert.True(error.IsTransient);
        Assert.Null(error.ErrorCode);
        Assert.NotNull(error.InnerException);
    }
}
