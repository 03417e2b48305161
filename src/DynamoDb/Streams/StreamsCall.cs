using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>A request to the Streams API: the operation and its JSON.</summary>
internal sealed class StreamsCall(string operation, byte[] body) : AmazonWebServiceRequest
{
    public const string GetRecords = nameof(GetRecords);
    public const string GetShardIterator = nameof(GetShardIterator);
    public const string DescribeStream = nameof(DescribeStream);
    public const string ListStreams = nameof(ListStreams);

    public string Operation => operation;

    public byte[] Body => body;
}
