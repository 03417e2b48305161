using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Decides which rows of finished shards are needed no more.</summary>
internal static class Tombstones
{
    private const int MostAtATime = 25;

    /// <summary>
    /// Gives the rows to remove: of shards that <see cref="ShardLineage.MayBeForgotten"/> allows, oldest first and some at a time. A row stays as long as there is its parent's, or
    /// that of a child that was not begun.
    /// </summary>
    public static IReadOnlyList<Lease> Removable(IReadOnlyList<Lease> leases, StreamSnapshot latest, StreamSnapshot? previous)
    {
        var known = leases.Select(lease => lease.Shard).ToHashSet();
        var needed = leases.Where(lease => lease is { State: LeaseState.Active, Checkpoint: null }).Select(lease => lease.Parent).ToHashSet();
        return
        [
            .. leases
                .Where(lease => lease.State == LeaseState.Done && !needed.Contains(lease.Shard) && !(lease.Parent is { } parent && known.Contains(parent)))
                .Where(lease => ShardLineage.MayBeForgotten(lease.Shard, latest, previous))
                .OrderBy(lease => lease.Shard.CreatedAt)
                .Take(MostAtATime),
        ];
    }
}
