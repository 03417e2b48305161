using System.Text;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>A request as it came over the wire.</summary>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Connection)
{
    public string Json => Encoding.UTF8.GetString(Body);

    public string Target => Headers.GetValueOrDefault("X-Amz-Target", "");
}
