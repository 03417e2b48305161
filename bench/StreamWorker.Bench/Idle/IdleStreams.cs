using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Bench.Idle;

/// <summary>A stream with any number of open shards in which nothing happens. Answers are made anew each time, as a real client makes them.</summary>
internal sealed class IdleStreams(int shards) : IStreamsClient, ITableDirectory
{
    private const int ShardsPerPage = 100;

    private readonly ConcurrentDictionary<string, int> _reads = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Shard> _shards =
        [.. Enumerable.Range(0, shards).Select(i => new Shard(new ShardId(string.Create(CultureInfo.InvariantCulture, $"shardId-00000001769847330123-{i:x8}")), null, SequenceNumber.Parse("100"), null))];

    public static StreamArn Stream => StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Idle/stream/2026-01-31T12:00:00.000");

    /// <summary>Gets how many shards were read this often at least.</summary>
    public int CountRead(int times) => _reads.Values.Count(count => count >= times);

    public ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken) => new(new TableDescription(tableName, Stream, true));

    public ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken) => new(new StreamListing([Stream], null));

    public ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        var from = startAfter is { } last ? _shards.TakeWhile(shard => shard.Id != last).Count() + 1 : 0;
        var page = _shards.Skip(from).Take(ShardsPerPage).Select(shard => shard with { }).ToList();
        ShardId? next = from + page.Count < _shards.Count ? page[^1].Id : null;
        return new(new StreamDescription(stream, StreamStatus.Enabled, "NEW_AND_OLD_IMAGES", page, next, DateTimeOffset.UtcNow));
    }

    public ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) => new(Iterator(shard.Value));

    public async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var shard = shardIterator.Split('|')[0];
        _reads.AddOrUpdate(shard, 1, (_, count) => count + 1);
        return RecordPage.Parse(Encoding.UTF8.GetBytes($$"""{"Records":[],"NextShardIterator":"{{Iterator(shard)}}"}"""), stream);
    }

    /// <summary>The service's iterators have some 250 characters.</summary>
    private static string Iterator(string shard) => $"{shard}|{new string('i', 200)}";
}
