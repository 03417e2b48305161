using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.DynamoDBv2;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class SignatureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S2_requests_are_signed_for_the_service_dynamodb()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        using var client = TestClients.Streams(service);
        (await client.GetRecordsAsync(TestClients.Stream, "iterator", 10, Token)).Dispose();
        var request = Assert.Single(service.Requests);
        Assert.Equal(SignatureVersion4.Authorization(request, TestClients.AccessKey, TestClients.SecretKey, "eu-central-1", "dynamodb"), request.Headers["Authorization"]);
        Assert.Contains("content-type;host;x-amz-", request.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task S2_the_signature_is_the_one_of_the_SDKs_signer()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        using var client = TestClients.Streams(service);
        (await client.GetRecordsAsync(TestClients.Stream, "iterator", 10, Token)).Dispose();
        var received = Assert.Single(service.Requests);

        var request = new DefaultRequest(new Amazon.DynamoDBv2.Model.ListTablesRequest(), "DynamoDB") { HttpMethod = "POST", ResourcePath = "/", Content = received.Body, Endpoint = new Uri(service.Url) };
        request.Headers["Content-Type"] = received.Headers["Content-Type"];
        request.Headers["X-Amz-Target"] = received.Target;
        var signedAt = DateTime.ParseExact(received.Headers["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var config = new AmazonDynamoDBConfig { ServiceURL = service.Url, AuthenticationRegion = "eu-central-1" };
        var result = new AWS4Signer().SignRequest(request, config, null, TestClients.AccessKey, TestClients.SecretKey, signedAt);
        Assert.Equal(result.ForAuthorizationHeader, received.Headers["Authorization"]);
    }

    [Fact]
    public async Task S2_a_session_token_is_sent_and_signed()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("""{"Records":[]}"""));
        var options = TestClients.Options(service.Url);
        options.Credentials = new SessionAWSCredentials(TestClients.AccessKey, TestClients.SecretKey, "session-token");
        using var client = new DynamoDbStreamsClient(options, TimeProvider.System);
        (await client.GetRecordsAsync(TestClients.Stream, "iterator", null, Token)).Dispose();
        var request = Assert.Single(service.Requests);
        Assert.Equal("session-token", request.Headers["X-Amz-Security-Token"]);
        Assert.Contains("x-amz-security-token", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal(SignatureVersion4.Authorization(request, TestClients.AccessKey, TestClients.SecretKey, "eu-central-1", "dynamodb"), request.Headers["Authorization"]);
    }
}
