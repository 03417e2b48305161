using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>Hands a successful answer's body on unread, and turns any other answer into an error with the service's code.</summary>
internal sealed class StreamsUnmarshaller : ResponseUnmarshaller
{
    private const int MaximumErrorBytes = 64 * 1024;

    public static StreamsUnmarshaller Instance { get; } = new();

    /// <summary>Gets true: the pipeline leaves the body open, so that it is read asynchronously, under the call's time-out, by whoever asked.</summary>
    public override bool HasStreamingProperty => true;

    public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input)
    {
        var context = (Context)input;
        return new StreamsResponse(context.ResponseData, context.Body);
    }

    public override AmazonServiceException UnmarshallException(UnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var context = (Context)input;
        var (code, message) = ReadError(context.Body);
        var header = context.ResponseData.GetHeaderValue("x-amzn-ErrorType");
        if (code is null && !string.IsNullOrEmpty(header))
            code = header.Split(':')[0];
        return new AmazonServiceException(message ?? "(no message)", innerException)
        {
            ErrorCode = Bare(code),
            StatusCode = statusCode,
            RequestId = context.ResponseData.IsHeaderPresent("x-amzn-RequestId") ? context.ResponseData.GetHeaderValue("x-amzn-RequestId") : null,
        };
    }

    protected override UnmarshallerContext ConstructUnmarshallerContext(Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException) =>
        new Context(responseStream, response);

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException, IRequestContext requestContext) => new Context(responseStream, response);

    private static string? Bare(string? code) => string.IsNullOrEmpty(code) ? null : code[(code.LastIndexOf('#') + 1)..];

    /// <summary>Reads an error's JSON. Proxies and balancers answer with something else: then there is neither code nor message.</summary>
    internal static (string? Code, string? Message) ReadError(Stream body)
    {
        var bytes = new byte[MaximumErrorBytes];
        var length = body.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json.RootElement, "__type"), Text(json.RootElement, "message") ?? Text(json.RootElement, "Message"))
                : (null, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is raised when text that is not valid is decoded.
            return (null, null);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed class Context : UnmarshallerContext
    {
        public Context(Stream body, IWebResponseData response)
        {
            Body = body;
            WebResponseData = response;
        }

        public Stream Body { get; }

        public override string CurrentPath => "";

        public override int CurrentDepth => 0;

        public override bool IsStartElement => false;

        public override bool IsEndElement => false;

        public override bool IsStartOfDocument => true;
    }
}
