namespace StreamWorker.Simulation;

/// <summary>Hands every operation on; what derives from it changes some of them.</summary>
internal abstract class DelegatingStreams(IStreamsClient streams, ITableDirectory tables) : IStreamsClient, ITableDirectory
{
    public virtual ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) =>
        streams.ListStreamsAsync(tableName, startAfter, cancellationToken);

    public virtual ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        streams.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);

    public virtual ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        streams.GetShardIteratorAsync(stream, shard, start, cancellationToken);

    public virtual ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken) =>
        streams.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);

    public virtual ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) => tables.DescribeTableAsync(tableName, cancellationToken);
}

/// <summary>The streams from where a worker is: every call takes time, and may go wrong.</summary>
internal sealed class RemoteStreams(DelegatingStreams service, Link link) : IStreamsClient, ITableDirectory
{
    public async ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) =>
        await link.CallAsync(new Call(nameof(ListStreamsAsync)), () => AtOnce.ResultOf(service.ListStreamsAsync(tableName, startAfter, CancellationToken.None)), null, cancellationToken);

    public async ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        await link.CallAsync(
            new Call(nameof(DescribeStreamAsync), childrenOf),
            () => AtOnce.ResultOf(service.DescribeStreamAsync(stream, startAfter, childrenOf, CancellationToken.None)),
            null,
            cancellationToken);

    public async ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        await link.CallAsync(
            new Call(nameof(GetShardIteratorAsync), shard),
            () => AtOnce.ResultOf(service.GetShardIteratorAsync(stream, shard, start, CancellationToken.None)),
            null,
            cancellationToken);

    public async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken) =>
        await link.CallAsync(
            new Call(nameof(GetRecordsAsync), ObservedStreams.ShardOf(shardIterator)),
            () => AtOnce.ResultOf(service.GetRecordsAsync(stream, shardIterator, limit, cancellationToken)),
            static page => page.Dispose(),
            cancellationToken);

    public async ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) =>
        await link.CallAsync(new Call(nameof(DescribeTableAsync)), () => AtOnce.ResultOf(service.DescribeTableAsync(tableName, CancellationToken.None)), null, cancellationToken);
}
