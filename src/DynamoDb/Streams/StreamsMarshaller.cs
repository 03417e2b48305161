using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>Puts a call into the form of JSON protocol 1.0.</summary>
internal sealed class StreamsMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static StreamsMarshaller Instance { get; } = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (StreamsCall)input;
        var request = new DefaultRequest(call, StreamsClientConfig.Service)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = call.Body,
        };
        request.Headers["Content-Type"] = "application/x-amz-json-1.0";
        request.Headers["X-Amz-Target"] = "DynamoDBStreams_20120810." + call.Operation;
        return request;
    }
}
