using System.Text;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>SNS on the wire: the Query protocol.</summary>
public sealed class TopicTests
{
    private const string Published = """
        <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D7_Message_is_the_JSON_in_a_signed_form()
    {
        await using var sns = new LoopbackService(Xml(200, Published));

        await DeliverAsync(sns);

        var request = Assert.Single(sns.Requests);
        var form = Encoding.UTF8.GetString(request.Body).Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        Assert.Equal(["Action", "Message", "TopicArn", "Version"], form.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Publish", Destinations.Topic, "2010-03-31"), (form["Action"], form["TopicArn"], form["Version"]));
        Assert.True(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(form["Message"]), out var notice, out _));
        Assert.Equal("search", notice.Consumer);
        Assert.Equal(("POST", "/", "application/x-www-form-urlencoded; charset=utf-8"), (request.Method, request.Path, request.Headers["Content-Type"]));
        Assert.Equal(SignatureVersion4.Authorization(request, TestClients.AccessKey, TestClients.SecretKey, "eu-west-3", "sns"), request.Headers["Authorization"]);
    }

    [Fact]
    public async Task E26_refusal_has_the_services_code_and_names_the_permission()
    {
        await using var sns = new LoopbackService(Xml(403, Error("AuthorizationError", "not authorized to perform: SNS:Publish")));

        var error = await Assert.ThrowsAsync<StreamServiceException>(() => DeliverAsync(sns));

        Assert.Equal((StreamErrorKind.AccessDenied, "AuthorizationError", "r-2", 403), (error.Kind, error.ErrorCode, error.RequestId, error.StatusCode));
        Assert.Equal(
            $"Publish of {Destinations.Topic} failed: the service answered 403 AuthorizationError: not authorized to perform: SNS:Publish The role needs sns:Publish on it.", error.Message);
    }

    [Fact]
    public async Task Topic_that_is_not_there_raises_and_is_found_at_start()
    {
        await using var sns = new LoopbackService(Xml(404, Error("NotFound", "Topic does not exist")));

        Assert.Equal("NotFound", (await Assert.ThrowsAsync<StreamServiceException>(() => DeliverAsync(sns))).ErrorCode);
        await Assert.ThrowsAsync<StreamServiceException>(async () => await ((IFailureDestinationCheck)Destinations.Open(Destinations.Topic, sns.Url)).CheckAsync(Token));
    }

    [Fact]
    public async Task Fault_of_the_service_is_repeated()
    {
        var answers = new Queue<CannedAnswer>([Xml(500, Error("InternalError", "oops")), Xml(503, "<html>busy</html>"), Xml(200, Published)]);
        await using var sns = new LoopbackService(_ => answers.Dequeue());

        await DeliverAsync(sns);

        Assert.Equal(3, sns.Requests.Count);
    }

    [Theory]
    [InlineData("<html><body>Welcome to the hotel's network</body></html>")]
    [InlineData("ok")]
    [InlineData("")]
    public async Task Page_of_a_proxy_is_no_success(string page)
    {
        await using var sns = new LoopbackService(Xml(200, page));

        Assert.True((await Assert.ThrowsAsync<StreamServiceException>(() => DeliverAsync(sns))).IsTransient);
    }

    [Fact]
    public void Topic_cannot_be_read_back() => Assert.Null(Destinations.OpenArchive(Destinations.Topic, "http://127.0.0.1:9"));

    [Theory]
    [InlineData("eu-west-3", false, false, "https://sns.eu-west-3.amazonaws.com")]
    [InlineData("us-east-1", true, false, "https://sns-fips.us-east-1.amazonaws.com")]
    [InlineData("us-gov-west-1", true, false, "https://sns.us-gov-west-1.amazonaws.com")]
    [InlineData("us-east-1", false, true, "https://sns.us-east-1.api.aws")]
    [InlineData("cn-north-1", false, false, "https://sns.cn-north-1.amazonaws.com.cn")]
    public void Endpoint_is_the_regions(string region, bool fips, bool dualStack, string url)
    {
        var config = new DynamoDb.Failures.NotificationConfig { RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region), UseFIPSEndpoint = fips, UseDualstackEndpoint = dualStack };
        config.FixEndpoint();

        Assert.Equal(url, config.EndpointProvider.ResolveEndpoint(null).URL);
    }

    private static async Task DeliverAsync(LoopbackService sns) => await Destinations.Open(Destinations.Topic, sns.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

    private static string Error(string code, string message) =>
        $"""<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-2</RequestId></ErrorResponse>""";

    private static CannedAnswer Xml(int status, string body) => new(status, Encoding.UTF8.GetBytes(body)) { Headers = new Dictionary<string, string> { ["Content-Type"] = "text/xml" } };
}
