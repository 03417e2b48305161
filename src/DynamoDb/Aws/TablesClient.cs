using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Internal;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>The SDK's client of tables, with a connection pool of its own and with faults of credentials kept apart from answers of the service.</summary>
internal sealed class TablesClient(AWSCredentials? credentials, AmazonDynamoDBConfig config) : AmazonDynamoDBClient(credentials, config)
{
    /// <summary>Makes a client.</summary>
    /// <param name="options">How DynamoDB is reached.</param>
    /// <param name="retries">How often the SDK repeats a call that met a passing fault.</param>
    /// <param name="onCallingThread">Whether calls block the thread that makes them, and need no other one.</param>
    public static TablesClient Create(DynamoDbOptions options, int retries, bool onCallingThread = false)
    {
        var config = new AmazonDynamoDBConfig { MaxErrorRetry = retries, MaxStaleConnectionRetries = 3, HttpClientFactory = new PooledConnections(onCallingThread) };
        AwsEndpoint.Apply(options, config);
        return new TablesClient(options.Credentials, config);
    }

    /// <summary>Makes a client of the tables of a region.</summary>
    public static TablesClient CreateFor(DynamoDbOptions options, string region, int retries)
    {
        var config = new AmazonDynamoDBConfig { MaxErrorRetry = retries, MaxStaleConnectionRetries = 3, HttpClientFactory = new PooledConnections() };
        AwsEndpoint.ApplyForTables(options, config, region);
        return new TablesClient(options.Credentials, config);
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.ReplaceHandler<AmazonDynamoDBAuthSchemeHandler>(new CredentialsHandler());
    }
}
