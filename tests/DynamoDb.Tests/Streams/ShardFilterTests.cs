using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class ShardFilterTests
{
    private const string Description = """{"StreamDescription":{"StreamArn":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/x","StreamStatus":"ENABLED","Shards":[{"ShardId":"child"}]}}""";

    private static readonly ShardId Parent = new("parent");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ValidationException")]
    [InlineData("SerializationException")]
    public async Task S15_a_refused_filter_is_left_out_and_not_tried_again(string code)
    {
        await using var service = new LoopbackService(request => HasFilter(request) ? CannedAnswer.Error(400, code) : CannedAnswer.Ok(Description));
        using var client = TestClients.Streams(service);
        for (var i = 0; i < 2; i++)
            Assert.Equal(new ShardId("child"), Assert.Single((await client.DescribeStreamAsync(TestClients.Stream, null, Parent, Token)).Shards).Id);
        Assert.Equal([true, false, false], service.Requests.Select(HasFilter));
    }

    [Theory]
    [InlineData("ThrottlingException")]
    [InlineData("ResourceNotFoundException")]
    [InlineData("AccessDeniedException")]
    public async Task S15_an_error_that_is_no_refusal_of_the_filter_is_passed_on(string code)
    {
        await using var service = new LoopbackService(CannedAnswer.Error(400, code));
        using var client = TestClients.Streams(service);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.DescribeStreamAsync(TestClients.Stream, null, Parent, Token));
        Assert.Equal(code, error.ErrorCode);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task S15_a_call_that_is_refused_without_the_filter_as_well_proves_nothing_about_it()
    {
        var calls = 0;
        await using var service = new LoopbackService(_ => ++calls <= 2 ? CannedAnswer.Error(400, "ValidationException") : CannedAnswer.Ok(Description));
        using var client = TestClients.Streams(service);
        await Assert.ThrowsAsync<StreamServiceException>(async () => await client.DescribeStreamAsync(TestClients.Stream, null, Parent, Token));
        await client.DescribeStreamAsync(TestClients.Stream, null, Parent, Token);
        Assert.Equal([true, false, true], service.Requests.Select(HasFilter));
    }

    private static bool HasFilter(ReceivedRequest request) => request.Json.Contains("\"ShardFilter\"", StringComparison.Ordinal);
}
