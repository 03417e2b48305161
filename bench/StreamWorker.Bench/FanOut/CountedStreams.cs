using StreamWorker.Consumer.Shards;

namespace StreamWorker.Bench.FanOut;

/// <summary>Counts the calls that are paid for, and what they bring.</summary>
internal sealed class CountedStreams(IStreamsClient streams) : IStreamsClient
{
    private long _calls;
    private long _bytes;

    public long Calls => Volatile.Read(ref _calls);

    public long Bytes => Volatile.Read(ref _bytes);

    public ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) =>
        streams.ListStreamsAsync(tableName, startAfter, cancellationToken);

    public ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        streams.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);

    public ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        streams.GetShardIteratorAsync(stream, shard, start, cancellationToken);

    public async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        var page = await streams.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);
        Interlocked.Add(ref _bytes, page.SizeInBytes);
        return page;
    }
}
