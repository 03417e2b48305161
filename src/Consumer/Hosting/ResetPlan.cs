using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Decides what a reset makes of each lease. Everybody who sees the same leases comes to the same, whenever that is: nothing depends on how far the reset has come.</summary>
internal sealed class ResetPlan
{
    private readonly ResetOrder _order;
    private readonly Dictionary<ShardId, ShardId?> _parents;
    private readonly HashSet<ShardId> _listed;
    private readonly HashSet<ShardId> _leaves;
    private readonly HashSet<ShardId> _beforeLeaves;

    public ResetPlan(ResetOrder order, IReadOnlyList<Lease> leases, StreamSnapshot? snapshot)
    {
        _order = order;
        _parents = leases.ToDictionary(lease => lease.Shard, lease => lease.Parent);
        foreach (var shard in snapshot?.Shards.Values ?? [])
            _parents.TryAdd(shard.Id, shard.ParentId);
        _listed = [.. snapshot?.Shards.Keys ?? []];
        _leaves = [.. order.Leaves];
        _beforeLeaves = [.. order.Leaves.SelectMany(AncestorsOf)];
    }

    /// <summary>Tells whether the reset is about a shard.</summary>
    public bool Concerns(ShardId shard) => _order.Shard is not { } only || shard == only || AncestorsOf(shard).Contains(only);

    /// <summary>Tells whether a lease is still to be reset.</summary>
    public bool IsBehind(Lease lease) => lease.Generation < _order.Generation && Concerns(lease.Shard);

    /// <summary>Gives what a lease becomes.</summary>
    /// <param name="lease">A lease that is behind.</param>
    /// <param name="isGone">
    /// Whether the stream has forgotten the shard. One that is finished and gone stays finished, unless an ancestor of it is still listed: its children are to wait for that one. One that
    /// is not finished is told of as a gap by whoever wants to read it.
    /// </param>
    public LeaseReset Decide(Lease lease, bool isGone)
    {
        if (lease.State == LeaseState.Done && isGone && !AncestorsOf(lease.Shard).Any(_listed.Contains))
            return new LeaseReset(_order.Generation, LeaseState.Done, lease.Start);
        if (_beforeLeaves.Contains(lease.Shard))
            return new LeaseReset(_order.Generation, LeaseState.Done, _order.Start);
        var isDescendant = _order.Shard is { } only ? lease.Shard != only : _leaves.Count > 0 && AncestorsOf(lease.Shard).Any(_leaves.Contains);
        return new LeaseReset(_order.Generation, LeaseState.Active, isDescendant ? LeaseStart.TrimHorizon : _order.Start);
    }

    /// <summary>Puts leases in an order in which all descendants of one come in an earlier group: while they are reset one group after the other, whatever is read has a finished parent.</summary>
    public IEnumerable<IReadOnlyList<Lease>> ChildrenFirst(IEnumerable<Lease> leases) => leases
        .GroupBy(lease => AncestorsOf(lease.Shard).Count())
        .OrderByDescending(group => group.Key)
        .Select(group => (IReadOnlyList<Lease>)[.. group.OrderBy(lease => lease.Shard.Value, StringComparer.Ordinal)]);

    private IEnumerable<ShardId> AncestorsOf(ShardId shard)
    {
        // A lineage is no longer than there are shards, whatever a service says of it.
        for (var most = _parents.Count; most > 0 && _parents.GetValueOrDefault(shard) is { } parent; most--)
        {
            yield return parent;
            shard = parent;
        }
    }
}
