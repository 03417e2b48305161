using System.Buffers;
using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>Clients with fixed credentials for a loopback endpoint.</summary>
internal static class TestClients
{
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public static StreamArn Stream { get; } = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000");

    public static DynamoDbOptions Options(string url) => new() { ServiceUrl = url, Region = "eu-central-1", Credentials = new BasicAWSCredentials(AccessKey, SecretKey) };

    public static DynamoDbStreamsClient Streams(LoopbackService service, TimeProvider? timeProvider = null, MemoryPool<byte>? pool = null) =>
        new(Options(service.Url), timeProvider ?? TimeProvider.System, pool ?? MemoryPool<byte>.Shared);
}
