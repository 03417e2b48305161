using System.Text;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>What the loopback service does with a request.</summary>
public sealed record CannedAnswer(int Status, byte[] Body)
{
    /// <summary>Gets headers besides the content length.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets after how many bytes of the body the connection is closed; null to send all of it.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Gets whether the body goes out in chunks, without a content length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Gets whether nothing is ever answered.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Gets whether the connection is reset instead of an answer.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Gets whether the body never comes, although the head does.</summary>
    public bool IsBodySilent { get; init; }

    public static CannedAnswer Ok(string json) => new(200, Encoding.UTF8.GetBytes(json)) { Headers = new Dictionary<string, string> { ["x-amzn-RequestId"] = "REQ-1" } };

    public static CannedAnswer Error(int status, string code, string message = "no") =>
        new(status, Encoding.UTF8.GetBytes($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"{{message}}"}"""))
        {
            Headers = new Dictionary<string, string> { ["x-amzn-RequestId"] = "REQ-2" },
        };
}
