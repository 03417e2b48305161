using System.Diagnostics.CodeAnalysis;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Streams;

/// <summary>What the environment says, as a container is configured. The environment is the process's, so these tests run alone.</summary>
[Collection(nameof(EnvironmentCollection))]
public sealed class EnvironmentTests : IDisposable
{
    private static readonly string[] Names =
    [
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
    ];

    private readonly Dictionary<string, string?> _before = Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public EnvironmentTests()
    {
        foreach (var name in Names)
            Environment.SetEnvironmentVariable(name, null);
        Set("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(Path.GetTempPath(), "no-such-credentials"));
        Set("AWS_CONFIG_FILE", Path.Combine(Path.GetTempPath(), "no-such-config"));
        Set("AWS_EC2_METADATA_DISABLED", "true");
        Set("AWS_ACCESS_KEY_ID", TestClients.AccessKey);
        Set("AWS_SECRET_ACCESS_KEY", TestClients.SecretKey);

        // The SDK keeps credentials for the process until the keys or the profile in the environment change, and does not look at a role's variables: resolved here
        // with keys, what an earlier test found is forgotten, and a test that takes the keys away begins with none.
        var config = new AmazonDynamoDBConfig();
        config.IdentityResolverConfiguration.GetIdentityResolver<AWSCredentials>().ResolveIdentity(config);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S5_AWS_ENDPOINT_URL_DYNAMODB_alone_points_tables_streams_and_leases_at_an_emulator()
    {
        await using var emulator = new LoopbackService(Answer);
        Set("AWS_ENDPOINT_URL_DYNAMODB", emulator.Url.TrimEnd('/'));
        await CallAllAsync();
        Assert.Equal(
            ["DynamoDBStreams_20120810.GetShardIterator", "DynamoDB_20120810.DescribeTable", "DynamoDB_20120810.PutItem", "DynamoDB_20120810.Query"],
            emulator.Requests.Select(request => request.Target).Order(StringComparer.Ordinal));
        Assert.All(emulator.Requests, request => Assert.Contains($"Credential={TestClients.AccessKey}/", request.Headers["Authorization"], StringComparison.Ordinal));
        Assert.All(emulator.Requests, request => Assert.Contains("/us-east-1/dynamodb/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task S5_AWS_ENDPOINT_URL_does_the_same_and_AWS_REGION_is_signed()
    {
        await using var emulator = new LoopbackService(Answer);
        Set("AWS_ENDPOINT_URL", emulator.Url);
        Set("AWS_REGION", "eu-west-3");
        await CallAllAsync();
        Assert.Equal(4, emulator.Requests.Count);
        Assert.All(emulator.Requests, request => Assert.Contains("/eu-west-3/dynamodb/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task S5_streams_may_have_an_endpoint_of_their_own()
    {
        await using var tables = new LoopbackService(Answer);
        await using var streams = new LoopbackService(Answer);
        Set("AWS_ENDPOINT_URL_DYNAMODB", tables.Url);
        Set("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", streams.Url);
        await CallAllAsync();
        Assert.Equal("DynamoDBStreams_20120810.GetShardIterator", Assert.Single(streams.Requests).Target);
        Assert.Equal(3, tables.Requests.Count);
    }

    [Fact]
    public void S4_a_missing_region_without_endpoint_is_an_error_that_says_what_to_set()
    {
        using var provider = new ServiceCollection().AddDynamoDbStreams().BuildServiceProvider();
        foreach (var resolve in (Func<object>[])[provider.GetRequiredService<IStreamsClient>, provider.GetRequiredService<ITableDirectory>, provider.GetRequiredService<ILeaseStore>])
            Assert.Contains("AWS_REGION", Assert.Throws<StreamServiceException>(resolve).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S37_no_credentials_anywhere_is_said_with_what_to_set()
    {
        await using var emulator = new LoopbackService(Answer);
        Set("AWS_ENDPOINT_URL_DYNAMODB", emulator.Url);
        Set("AWS_ACCESS_KEY_ID", null);
        Set("AWS_SECRET_ACCESS_KEY", null);
        using var provider = new ServiceCollection().AddDynamoDbStreams().BuildServiceProvider();
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await provider.GetRequiredService<ITableDirectory>().DescribeTableAsync("Orders", Token));
        Assert.Equal(StreamErrorKind.AccessDenied, error.Kind);
        Assert.Contains("AWS_ACCESS_KEY_ID", error.Message, StringComparison.Ordinal);
        var leases = await Assert.ThrowsAsync<LeaseStoreException>(async () => await provider.GetRequiredService<ILeaseStore>().ListWorkersAsync("orders", Token));
        Assert.False(leases.IsTransient);
        Assert.Contains("AWS_ACCESS_KEY_ID", leases.Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Requests);
    }

    [Fact]
    public async Task A_pods_role_is_assumed_with_the_token_that_the_pod_was_given()
    {
        const string Sts = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>
            <SecretAccessKey>secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """;
        await using var aws = new LoopbackService(request => request.Target.Length == 0 ? CannedAnswer.Ok(Sts) : Answer(request));
        var file = Path.Combine(Path.GetTempPath(), $"streamworker-token-{Environment.ProcessId}");
        await File.WriteAllTextAsync(file, "pod-token", Token);
        try
        {
            Set("AWS_ENDPOINT_URL", aws.Url);
            Set("AWS_ACCESS_KEY_ID", null);
            Set("AWS_SECRET_ACCESS_KEY", null);
            Set("AWS_WEB_IDENTITY_TOKEN_FILE", file);
            Set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/orders");
            using var provider = new ServiceCollection().AddDynamoDbStreams().BuildServiceProvider();
            await provider.GetRequiredService<ITableDirectory>().DescribeTableAsync("Orders", Token);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains("WebIdentityToken=pod-token", aws.Requests[0].Json, StringComparison.Ordinal);
        Assert.Contains("Credential=AKIDROLE/", aws.Requests[1].Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("role-token", aws.Requests[1].Headers["X-Amz-Security-Token"]);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
            Environment.SetEnvironmentVariable(name, value);
        FallbackRegionFactory.Reset();
    }

    private static async Task CallAllAsync()
    {
        await using var provider = new ServiceCollection().AddDynamoDbStreams().BuildServiceProvider();
        await provider.GetRequiredService<IStreamsClient>().GetShardIteratorAsync(TestClients.Stream, new ShardId("s"), IteratorStart.Latest, Token);
        await provider.GetRequiredService<ITableDirectory>().DescribeTableAsync("Orders", Token);
        var leases = provider.GetRequiredService<ILeaseStore>();
        await leases.ListWorkersAsync("orders", Token);
        await leases.BeatAsync("orders", new WorkerIdentity("anna", "a1"), 1, Token);
    }

    private static CannedAnswer Answer(ReceivedRequest request) => CannedAnswer.Ok(request.Target.Split('.')[1] switch
    {
        "GetShardIterator" => """{"ShardIterator":"i"}""",
        "DescribeTable" => """{"Table":{"TableName":"Orders"}}""",
        "Query" => """{"Items":[],"Count":0}""",
        _ => "{}",
    });

    private static void Set(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);
        FallbackRegionFactory.Reset();
    }
}

/// <summary>Tests that change the process's environment.</summary>
[CollectionDefinition(nameof(EnvironmentCollection), DisableParallelization = true)]
[SuppressMessage("Design", "CA1052", Justification = "The runner wants a class that can be made.")]
public sealed class EnvironmentCollection;
