namespace StreamWorker.Consumer.Tests;

/// <summary>One worker's way to the streams, which a test can cut off without the others noticing.</summary>
internal sealed class CutStreams(InMemoryStreams inner) : IStreamsClient, ITableDirectory
{
    public bool IsCut { get; set; }

    private InMemoryStreams Inner => IsCut ? throw StreamFaults.Unreachable() : inner;

    public ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) => Inner.ListStreamsAsync(tableName, startAfter, cancellationToken);

    public ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        Inner.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);

    public ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        Inner.GetShardIteratorAsync(stream, shard, start, cancellationToken);

    public ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken) =>
        Inner.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);

    public ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) => Inner.DescribeTableAsync(tableName, cancellationToken);
}
