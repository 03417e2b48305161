using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>A successful answer whose body has not been read yet. Disposing it gives the connection back, or closes it when the body was not read to its end.</summary>
internal sealed class StreamsResponse : AmazonWebServiceResponse, IDisposable
{
    private IWebResponseData? _data;

    public StreamsResponse()
    {
    }

    public StreamsResponse(IWebResponseData data, Stream body)
    {
        _data = data;
        Body = body;
        RequestId = Header("x-amzn-RequestId");
        ServiceTime = DateTimeOffset.TryParseExact(Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
        Crc32 = uint.TryParse(Header("x-amz-crc32"), NumberStyles.None, CultureInfo.InvariantCulture, out var crc32) ? crc32 : null;
    }

    public Stream Body { get; } = Stream.Null;

    public string? RequestId { get; }

    public DateTimeOffset? ServiceTime { get; }

    /// <summary>Gets the checksum of the body as sent; null when there is none.</summary>
    public uint? Crc32 { get; }

    public void Dispose()
    {
        Body.Dispose();
        Interlocked.Exchange(ref _data, null)?.ResponseBody.Dispose();
    }

    private string? Header(string name) => _data!.IsHeaderPresent(name) ? _data.GetHeaderValue(name) : null;
}
