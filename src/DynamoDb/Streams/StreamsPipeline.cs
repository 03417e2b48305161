using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>The SDK's own pipeline (credentials, signature, clock correction, retries, connections) with the Streams API at its ends.</summary>
internal sealed class StreamsPipeline(AWSCredentials? credentials, StreamsClientConfig config) : AmazonServiceClient(credentials, config)
{
    private static readonly InvokeOptions Options = new() { RequestMarshaller = StreamsMarshaller.Instance, ResponseUnmarshaller = StreamsUnmarshaller.Instance };

    /// <summary>Sends a call and gives the answer's head; its body is still to be read.</summary>
    public Task<StreamsResponse> SendAsync(StreamsCall call, CancellationToken cancellationToken) => InvokeAsync<StreamsResponse>(call, Options, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.ReplaceHandler<EndpointResolver>(new FixedEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new CredentialsHandler());
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new StreamsRetryPolicy(Config)));
    }

    private sealed class FixedEndpointResolver : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }
}
