using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <summary>Reads streams to the end, for suites.</summary>
internal static class StreamReading
{
    private const int MostPages = 1000;
    private const int EmptyPagesAtTheEnd = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<StreamArn> StreamOfAsync(this IStreamsBed bed, string table) =>
        Assert.Single((await bed.Client.ListStreamsAsync(table, null, Cancellation)).Streams);

    public static async Task<(StreamDescription Last, List<Shard> Shards)> DescribeAsync(this IStreamsBed bed, StreamArn stream)
    {
        var shards = new List<Shard>();
        ShardId? startAfter = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await bed.Client.DescribeStreamAsync(stream, startAfter, null, Cancellation);
            shards.AddRange(answer.Shards);
            if (answer.LastEvaluated is null)
                return (answer, shards);
            startAfter = answer.LastEvaluated;
        }

        throw new InvalidOperationException("The listing does not end.");
    }

    public static async Task<ShardId> ShardOfAsync(this IStreamsBed bed, StreamArn stream) => Assert.Single((await bed.DescribeAsync(stream)).Shards).Id;

    /// <summary>Reads from a start until the shard's end, or until an open shard has nothing more. The records are the test's to keep.</summary>
    public static async Task<(List<StreamRecord> Records, bool IsEnded)> ReadAsync(this IStreamsBed bed, StreamArn stream, ShardId shard, IteratorStart start, int? limit = null)
    {
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, start, Cancellation);
        return await bed.ReadAsync(stream, iterator, limit);
    }

    public static async Task<(List<StreamRecord> Records, bool IsEnded)> ReadAsync(this IStreamsBed bed, StreamArn stream, string iterator, int? limit = null)
    {
        var records = new List<StreamRecord>();
        var emptyPages = 0;
        for (var i = 0; i < MostPages && emptyPages < EmptyPagesAtTheEnd; i++)
        {
            using var page = await bed.Client.GetRecordsAsync(stream, iterator, limit, Cancellation);
            Assert.InRange(page.Records.Count, 0, limit ?? 1000);
            records.AddRange(page.Records.Select(record => record.Detach()));
            emptyPages = page.Records.Count == 0 ? emptyPages + 1 : 0;
            if (page.NextShardIterator is not { } next)
                return (records, true);
            iterator = next;
        }

        return (records, false);
    }

    /// <summary>Reads with an iterator that was made before the shard had a record.</summary>
    public static async Task<List<StreamRecord>> ReadOldAsync(this IStreamsBed bed, StreamArn stream, ShardId shard, string iterator)
    {
        try
        {
            return (await bed.ReadAsync(stream, iterator)).Records;
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.Trimmed && bed.MayRefuseOldIterators)
        {
            return (await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon)).Records;
        }
    }

    public static IEnumerable<string> Ids(this IEnumerable<StreamRecord> records) => records.Select(record => record.Keys.GetString("id"));
}
