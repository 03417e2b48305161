using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.SQS;
using Amazon.SQS.Internal;
using StreamWorker.Consumer.Failures;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>The SDK's client of queues, with a connection pool of its own and with faults of credentials kept apart from answers of the service.</summary>
internal sealed class QueueClient(AWSCredentials? credentials, AmazonSQSConfig config) : AmazonSQSClient(credentials, config)
{
    public static QueueClient Create(FailureDestinationAddress address, DynamoDbOptions options)
    {
        var config = new AmazonSQSConfig { MaxErrorRetry = 2, MaxStaleConnectionRetries = 3, HttpClientFactory = new PooledConnections() };
        AwsEndpoint.ApplyForOthers(options, config, address.Region);
        return new QueueClient(options.Credentials, config);
    }

    /// <summary>Gives the queue's URL, which its ARN says already: asking for it would need a permission more.</summary>
    public string UrlOf(FailureDestinationAddress address) => string.IsNullOrEmpty(Config.ServiceURL)
        ? $"https://sqs.{address.Region}.{Fn.Partition(address.Region).dnsSuffix}/{address.Account}/{address.Name}"
        : $"{Config.ServiceURL.TrimEnd('/')}/{address.Account}/{address.Name}";

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.ReplaceHandler<AmazonSQSAuthSchemeHandler>(new CredentialsHandler());
    }
}
