using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Makes the leases of shards that have none. Owned by the loop of a <see cref="StreamSession"/>.</summary>
internal sealed class LeaseMaker(LeaseScope scope, bool onlyNewRecords, ConsumerTools tools)
{
    private readonly Dictionary<ShardId, (long Generation, string Iterator)> _warmIterators = [];
    private HashSet<ShardId> _awaited = [];

    /// <summary>Gets whether leases are missing that another worker may be about to make.</summary>
    public bool IsAwaiting => _awaited.Count > 0;

    /// <summary>Keeps an iterator that was taken before the work on its shard begins.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="generation">The generation of the lease. One that is reset begins elsewhere, even where its start reads the same: the first start is a moment, a reset is all since then.</param>
    /// <param name="iterator">The iterator.</param>
    public void Keep(ShardId shard, long generation, string iterator) => _warmIterators[shard] = (generation, iterator);

    /// <summary>Gives the iterator that was kept for a shard, once; null when there is none, or when the shard begins elsewhere by now.</summary>
    public string? TakeIterator(Lease lease) =>
        _warmIterators.Remove(lease.Shard, out var kept) && lease.Checkpoint is null && kept.Generation == lease.Generation ? kept.Iterator : null;

    /// <summary>Makes what is missing.</summary>
    /// <returns>True when something was.</returns>
    public async ValueTask<bool> MakeAsync(StreamSnapshot snapshot, LeaseListing leases, CancellationToken stop)
    {
        var firstStart = leases.Min(lease => lease.Start.FromTime);
        var planned = leases.Count == 0
            ? ShardLineage.FirstStart(snapshot, onlyNewRecords)
            : ShardLineage.Newcomers(snapshot, leases.Select(lease => lease.Shard).ToHashSet(), firstStart is not null);

        // Another worker may be in the middle of the first start: it is given a turn to complete it.
        var awaited = planned.Where(plan => plan.Start == ShardStart.FirstStart && !_awaited.Contains(plan.Shard.Id)).ToList();
        // What is made during a reset is reset as well.
        var generation = leases.Reset is { IsPending: false } last ? last.Generation : 0;
        foreach (var plan in planned.Except(awaited))
            await CreateLeaseAsync(plan, firstStart ?? snapshot.ServiceTime ?? tools.Time.GetUtcNow(), generation, stop);
        _awaited = awaited.Select(plan => plan.Shard.Id).ToHashSet();
        return planned.Count > 0;
    }

    private async ValueTask CreateLeaseAsync(PlannedShard plan, DateTimeOffset firstStart, long generation, CancellationToken stop)
    {
        var start = plan.Start is ShardStart.Now or ShardStart.FirstStart ? LeaseStart.From(firstStart) : LeaseStart.TrimHorizon;
        var state = plan.Start == ShardStart.NotAtAll ? LeaseState.Done : LeaseState.Active;

        // The iterator is taken after the time that is stored: whichever of the two is used, nothing written from now on is passed over.
        var iterator = plan.Start == ShardStart.Now ? await FindLatestAsync(plan.Shard.Id, stop) : null;
        var created = await tools.Leases.CreateLeaseAsync(scope, new NewLease(plan.Shard.Id, plan.Shard.ParentId, start, state) { Generation = generation }, stop);
        if (created && iterator is not null)
            Keep(plan.Shard.Id, generation, iterator);
    }

    private async ValueTask<string?> FindLatestAsync(ShardId shard, CancellationToken stop)
    {
        try
        {
            return tools.Reads.Agree(scope.Stream, shard, await tools.Streams.GetShardIteratorAsync(scope.Stream, shard, IteratorStart.Latest, stop));
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.NotFound)
        {
            // A shard that has gone since it was listed says nothing about the stream; who reads it finds out.
            return null;
        }
    }
}
