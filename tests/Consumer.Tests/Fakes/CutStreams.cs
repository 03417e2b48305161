namespace StreamWorker.Consumer.Tests;

/// <summary>One worker's way to the streams, which a test can cut off without the others noticing.</summary>
internal sealed class CutStreams(InMemoryStreams inner) : IStreamsClient, ITableDirectory
{
    public bool IsCut { get; set; }

    /// <summary>Gets or sets a stream that the service neither knows nor lists any more.</summary>
    public StreamArn? Forgotten { get; set; }

    private InMemoryStreams Inner => IsCut ? throw StreamFaults.Unreachable() : inner;

    public async ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken)
    {
        var listing = await Inner.ListStreamsAsync(tableName, startAfter, cancellationToken);
        return listing with { Streams = [.. listing.Streams.Where(stream => stream != Forgotten)] };
    }

    public ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        Of(stream).DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);

    public ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        Of(stream).GetShardIteratorAsync(stream, shard, start, cancellationToken);

    public ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken) =>
        Of(stream).GetRecordsAsync(stream, shardIterator, limit, cancellationToken);

    public ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) => Inner.DescribeTableAsync(tableName, cancellationToken);

    private InMemoryStreams Of(StreamArn stream) => stream == Forgotten ? throw StreamFaults.NotFound() : Inner;
}
