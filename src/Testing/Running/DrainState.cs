using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing.Running;

/// <summary>Which shards are not finished, at one moment when nothing moves.</summary>
/// <param name="GoingOn">Those that go on by themselves when time passes.</param>
/// <param name="HeldUp">Those that a record which fails for ever holds up: its own shard, and what comes after it.</param>
internal sealed record DrainState(IReadOnlyList<ShardBacklog> GoingOn, IReadOnlyList<ShardBacklog> HeldUp)
{
    /// <summary>Looks at all shards.</summary>
    /// <param name="shards">The shards, those of older streams and parents first.</param>
    /// <param name="lease">Finds a shard's lease.</param>
    /// <param name="progress">Finds how far the consumer has come in a shard.</param>
    /// <param name="maximumAttempts">How often a record is tried.</param>
    public static DrainState Look(
        IReadOnlyList<ShardBacklog> shards,
        Func<ShardBacklog, Lease?> lease,
        Func<ShardBacklog, ShardProgress> progress,
        int maximumAttempts)
    {
        var goingOn = new List<ShardBacklog>();
        var heldUp = new List<ShardBacklog>();
        foreach (var shard in shards)
        {
            if (IsFinished(shard, lease(shard), progress(shard)))
                continue;
            // A shard is begun when its parent is finished, and a stream when the one before it is.
            var isHeldUp = progress(shard).Failures >= maximumAttempts || heldUp.Exists(other => other.Shard == shard.Parent || other.Stream != shard.Stream);
            (isHeldUp ? heldUp : goingOn).Add(shard);
        }

        return new DrainState(goingOn, heldUp);
    }

    private static bool IsFinished(ShardBacklog shard, Lease? lease, ShardProgress progress)
    {
        if (lease is { State: LeaseState.Done })
            return true;
        if (shard.IsClosed)
            return false;
        if (shard.Last is not { } last || lease?.Checkpoint >= last)
            return true;

        // What is in the shard need not be for this consumer: it may have started behind it. Then there is no checkpoint to go by.
        return lease is not null && shard.IsReadToEnd && shard.OpenPages == 0 && (progress.Finished is not { } finished || finished <= lease.Checkpoint);
    }
}
