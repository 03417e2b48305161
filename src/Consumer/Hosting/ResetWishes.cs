using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Turns a wish into something that means the same whenever it is carried out: looks at the stream once, and refuses what the stream cannot give.</summary>
internal sealed class ResetWishes(ConsumerTools tools)
{
    /// <summary>How many open shards are named at most in a reset to the latest records: more would not fit into a row.</summary>
    public const int MostLeaves = 1000;

    private const int MostPages = 20;

    // The service tells its time in whole seconds.
    private static readonly TimeSpan ServiceTimeResolution = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    /// <summary>Checks a wish.</summary>
    /// <returns>The order, of which generation and number are not decided yet.</returns>
    /// <exception cref="OperationRefusedException">The stream cannot give what is wished.</exception>
    public async ValueTask<ResetOrder> ResolveAsync(StreamArn stream, StreamSnapshot snapshot, ResetRequest request, CancellationToken cancellationToken)
    {
        var now = snapshot.ServiceTime ?? tools.Time.GetUtcNow();
        var position = request.Position;
        if (position is { Shard: { } shard, SequenceNumber: { } number })
        {
            await CheckAsync(stream, shard, number, cancellationToken);
            return Order(LeaseStart.At(number)) with { Shard = shard };
        }

        if (position.Time is { } time)
        {
            if (time > now + ServiceTimeResolution)
                throw new OperationRefusedException($"{position} is in the future: it is {now:O} now. To read only what is written from now on, reset to LATEST.");
            if (now - time > Retention && !request.IsForced)
                throw new OperationRefusedException($"{position} is more than 24 hours ago, and the stream has forgotten what was written then. Reset to TRIM_HORIZON, or force it.");
            return Order(LeaseStart.From(time));
        }

        return position.IsLatest ? Order(LeaseStart.From(now)) with { Leaves = LeavesOf(snapshot) } : Order(LeaseStart.TrimHorizon);
    }

    private static ResetOrder Order(LeaseStart start) => new(0, 0, start, IsPending: true);

    private static List<ShardId> LeavesOf(StreamSnapshot snapshot)
    {
        var parents = snapshot.Shards.Values.Select(shard => shard.ParentId).ToHashSet();
        var leaves = snapshot.Shards.Keys.Where(shard => !parents.Contains(shard)).ToList();
        return leaves.Count <= MostLeaves ? leaves : [];
    }

    /// <summary>Reads the record at which a shard is to begin.</summary>
    private async ValueTask CheckAsync(StreamArn stream, ShardId shard, SequenceNumber number, CancellationToken cancellationToken)
    {
        try
        {
            string? iterator = await tools.Streams.GetShardIteratorAsync(stream, shard, IteratorStart.At(number), cancellationToken);
            for (var pages = 0; iterator is not null && pages < MostPages; pages++)
            {
                using var page = await tools.Streams.GetRecordsAsync(stream, iterator, 1, cancellationToken);
                if (page.Records.Count > 0)
                {
                    if (page.Records[0].SequenceNumber == number)
                        return;
                    break;
                }

                iterator = page.NextShardIterator;
            }
        }
        catch (StreamServiceException e) when (e.Kind is StreamErrorKind.InvalidRequest or StreamErrorKind.Trimmed or StreamErrorKind.NotFound)
        {
            throw new OperationRefusedException($"{shard} has no record {number}: {e.Message}", e);
        }

        throw new OperationRefusedException($"{shard} has no record {number}.");
    }
}
