using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing.Running;

/// <summary>A worker's way to the streams and tables. It ends with the worker.</summary>
internal sealed class WorkerStreams(InMemoryStreams streams, HarnessWorker worker) : IStreamsClient, ITableDirectory
{
    public ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) =>
        worker.CallAsync(() => streams.DescribeTableAsync(tableName, cancellationToken));

    public ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) =>
        worker.CallAsync(() => streams.ListStreamsAsync(tableName, startAfter, cancellationToken));

    public ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        worker.CallAsync(() => streams.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken));

    public ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        worker.CallAsync(() => streams.GetShardIteratorAsync(stream, shard, start, cancellationToken));

    public ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken) =>
        worker.CallAsync(() => streams.GetRecordsAsync(stream, shardIterator, limit, cancellationToken));
}
