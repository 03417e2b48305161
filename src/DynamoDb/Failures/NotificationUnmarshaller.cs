using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Reads SNS's XML. Only an answer of SNS itself is a success: a proxy's page would lose the message.</summary>
internal sealed class NotificationUnmarshaller : ResponseUnmarshaller
{
    private const int MaximumBytes = 256 * 1024;

    public static NotificationUnmarshaller Instance { get; } = new();

    public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input)
    {
        var document = Read(((Context)input).Body) ?? throw NotOurs(input, "it is no XML");
        if (!document.Name.LocalName.EndsWith("Response", StringComparison.Ordinal) || Text(document, "RequestId") is not { } id)
            throw NotOurs(input, $"it is <{document.Name.LocalName}>, and one of SNS is expected");
        return new AmazonWebServiceResponse { ResponseMetadata = new ResponseMetadata { RequestId = id } };
    }

    public override AmazonServiceException UnmarshallException(UnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var document = Read(((Context)input).Body);
        return new AmazonServiceException(Text(document, "Message") ?? "(no message)", innerException)
        {
            ErrorCode = Text(document, "Code"),
            StatusCode = statusCode,
            RequestId = Text(document, "RequestId"),
        };
    }

    protected override UnmarshallerContext ConstructUnmarshallerContext(Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException) =>
        new Context(responseStream, response);

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException, IRequestContext requestContext) => new Context(responseStream, response);

    private static AmazonUnmarshallingException NotOurs(UnmarshallerContext input, string why) =>
        new(null, "/", "", new XmlException(why), input.ResponseData.StatusCode);

    private static XElement? Read(Stream body)
    {
        var bytes = new byte[MaximumBytes];
        var length = body.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        try
        {
            using var text = new MemoryStream(bytes, 0, length);
            return XDocument.Load(text).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? Text(XElement? document, string name) => document?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

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
