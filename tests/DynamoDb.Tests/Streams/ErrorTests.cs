using System.Text;
using Amazon.Runtime;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("S30", 400, "ExpiredIteratorException", StreamErrorKind.ExpiredIterator)]
    [InlineData("S31", 400, "TrimmedDataAccessException", StreamErrorKind.Trimmed)]
    [InlineData("S32", 400, "LimitExceededException", StreamErrorKind.Throttled)]
    [InlineData("S33", 400, "ThrottlingException", StreamErrorKind.Throttled)]
    [InlineData("S34", 400, "ProvisionedThroughputExceededException", StreamErrorKind.Throttled)]
    [InlineData("S35", 400, "ResourceNotFoundException", StreamErrorKind.NotFound)]
    [InlineData("S36", 500, "InternalServerError", StreamErrorKind.ServiceFault)]
    [InlineData("S36", 500, "InternalServerErrorException", StreamErrorKind.ServiceFault)]
    [InlineData("S36", 503, "ServiceUnavailable", StreamErrorKind.ServiceFault)]
    [InlineData("S36", 502, "Whatever", StreamErrorKind.ServiceFault)]
    [InlineData("S37", 400, "ValidationException", StreamErrorKind.InvalidRequest)]
    [InlineData("S37", 400, "UnrecognizedClientException", StreamErrorKind.AccessDenied)]
    [InlineData("S37", 400, "ExpiredTokenException", StreamErrorKind.AccessDenied)]
    [InlineData("S37", 400, "AccessDeniedException", StreamErrorKind.AccessDenied)]
    [InlineData("S37", 400, "MissingAuthenticationTokenException", StreamErrorKind.AccessDenied)]
    [InlineData("S37", 400, "InvalidSignatureException", StreamErrorKind.AccessDenied)]
    [InlineData("S6", 400, "SomethingNew", StreamErrorKind.InvalidRequest)]
    [InlineData("S6", 400, "expirediteratorexception", StreamErrorKind.InvalidRequest)]
    [InlineData("S6", 403, "SomethingNew", StreamErrorKind.AccessDenied)]
    [InlineData("S6", 429, "SomethingNew", StreamErrorKind.Throttled)]
    public async Task S6_S30_to_S37_a_code_tells_the_kind(string rule, int status, string code, StreamErrorKind kind)
    {
        await using var service = new LoopbackService(CannedAnswer.Error(status, code, $"because of {rule}"));
        using var client = TestClients.Streams(service);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal((kind, code, status, "REQ-2"), (error.Kind, error.ErrorCode, error.StatusCode, error.RequestId));
        Assert.Equal(kind is StreamErrorKind.Throttled or StreamErrorKind.ServiceFault or StreamErrorKind.ExpiredIterator, error.IsTransient);
        Assert.Contains($"GetRecords of {TestClients.Stream}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{code}: because of {rule}", error.Message, StringComparison.Ordinal);
        Assert.Single(service.Requests);
    }

    [Theory]
    [InlineData("""{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}""", "ResourceNotFoundException", "gone")]
    [InlineData("""{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","Message":"gone"}""", "ResourceNotFoundException", "gone")]
    [InlineData("""{"Message":"gone","__type":"ResourceNotFoundException"}""", "ResourceNotFoundException", "gone")]
    [InlineData("""{"__type":"a#b#ResourceNotFoundException"}""", "ResourceNotFoundException", "(no message)")]
    [InlineData("""{"__type":null,"message":7}""", null, "(no message)")]
    [InlineData("""["odd"]""", null, "(no message)")]
    [InlineData("<html>Bad Gateway</html>", null, "(no message)")]
    [InlineData("", null, "(no message)")]
    public async Task S6_the_code_follows_the_hash_and_the_message_has_two_spellings(string body, string? code, string message)
    {
        await using var service = new LoopbackService(new CannedAnswer(400, Encoding.UTF8.GetBytes(body)));
        using var client = TestClients.Streams(service);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal((code, code is null ? StreamErrorKind.InvalidRequest : StreamErrorKind.NotFound), (error.ErrorCode, error.Kind));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Null(error.RequestId);
    }

    [Fact]
    public async Task S6_the_code_may_come_in_a_header()
    {
        await using var service = new LoopbackService(new CannedAnswer(400, "{}"u8.ToArray()) { Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = "TrimmedDataAccessException:http://x" } });
        using var client = TestClients.Streams(service);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal(StreamErrorKind.Trimmed, error.Kind);
    }

    [Fact]
    public async Task S36_a_control_operation_is_repeated_once_after_a_fault_of_the_service()
    {
        var calls = 0;
        await using var service = new LoopbackService(_ => ++calls == 1 ? CannedAnswer.Error(500, "InternalServerError") : CannedAnswer.Ok("""{"ShardIterator":"i"}"""));
        using var client = TestClients.Streams(service);
        Assert.Equal("i", await client.GetShardIteratorAsync(TestClients.Stream, new ShardId("s"), IteratorStart.Latest, Token));
        Assert.Equal(2, calls);
    }

    [Theory]
    [InlineData("ThrottlingException")]
    [InlineData("LimitExceededException")]
    [InlineData("ValidationException")]
    [InlineData("ResourceNotFoundException")]
    public async Task S33_a_control_operation_is_not_repeated_after_throttling_or_a_refusal(string code)
    {
        await using var service = new LoopbackService(CannedAnswer.Error(400, code));
        using var client = TestClients.Streams(service);
        await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetShardIteratorAsync(TestClients.Stream, new ShardId("s"), IteratorStart.Latest, Token));
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task S37_missing_credentials_say_what_to_set_and_send_nothing()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        var options = TestClients.Options(service.Url);
        options.Credentials = new BrokenCredentials(new AmazonClientException("Unable to find\n credentials."));
        using var client = new DynamoDbStreamsClient(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal(StreamErrorKind.AccessDenied, error.Kind);
        Assert.Contains("AWS_ACCESS_KEY_ID", error.Message, StringComparison.Ordinal);
        Assert.Contains("Unable to find credentials.", error.Message, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task S37_credentials_whose_source_cannot_be_reached_are_worth_another_try()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        var options = TestClients.Options(service.Url);
        options.Credentials = new BrokenCredentials(new AmazonClientException("Error calling AssumeRole", new HttpRequestException("refused")));
        using var client = new DynamoDbStreamsClient(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await client.GetRecordsAsync(TestClients.Stream, "i", null, Token));
        Assert.Equal(StreamErrorKind.Unreachable, error.Kind);
    }

    private sealed class BrokenCredentials(Exception failure) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw failure;

        public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.FromException<ImmutableCredentials>(failure);
    }
}
