using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>The SDK's own pipeline (credentials, signature, clock correction, retries, connections) with SNS at its ends.</summary>
internal sealed class NotificationPipeline(AWSCredentials? credentials, NotificationConfig config) : AmazonServiceClient(credentials, config)
{
    private static readonly InvokeOptions Options = new() { RequestMarshaller = new FormMarshaller(), ResponseUnmarshaller = NotificationUnmarshaller.Instance };

    public static NotificationPipeline Create(DynamoDbOptions options, string region)
    {
        var config = new NotificationConfig { MaxErrorRetry = 2, MaxStaleConnectionRetries = 3, HttpClientFactory = new PooledConnections() };
        AwsEndpoint.ApplyForOthers(options, config, region);
        config.FixEndpoint();
        return new NotificationPipeline(options.Credentials, config);
    }

    public Task<AmazonWebServiceResponse> SendAsync(NotificationCall call, CancellationToken cancellationToken) => InvokeAsync<AmazonWebServiceResponse>(call, Options, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.ReplaceHandler<EndpointResolver>(new FixedEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new CredentialsHandler());
    }

    private sealed class FixedEndpointResolver : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class FormMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = new DefaultRequest(input, NotificationConfig.Service) { HttpMethod = "POST", ResourcePath = "/", Content = ((NotificationCall)input).Body };
            request.Headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8";
            return request;
        }
    }
}
