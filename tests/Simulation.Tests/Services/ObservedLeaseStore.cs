namespace StreamWorker.Simulation;

/// <summary>The lease table with the checks beside it: each write is looked at in the moment in which it is done.</summary>
/// <param name="table">The table, or one that breaks a rule.</param>
/// <param name="rows">The rows as they are.</param>
/// <param name="consumerOf">Whose leases they are: what is true of it, and what is held.</param>
internal sealed class ObservedLeaseStore(ILeaseStore table, InMemoryLeaseStore rows, Func<LeaseScope, SimulatedConsumer> consumerOf) : DelegatingLeaseStore(table)
{
    /// <summary>Gets or sets who is told of each claim, and whether it was won.</summary>
    public Action<bool>? OnClaim { get; set; }

    public override ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken)
    {
        var isNew = AtOnce.ResultOf(base.CreateLeaseAsync(scope, lease, cancellationToken));
        if (isNew)
            consumerOf(scope).Leases.Created(rows.Find(scope, lease.Shard)!);
        return new(isNew);
    }

    public override ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard);
        var claimed = AtOnce.ResultOf(base.ClaimAsync(scope, observed, claimant, cancellationToken));
        OnClaim?.Invoke(claimed is not null);
        if (claimed is not null)
            consumerOf(scope).Leases.Claimed(before!, claimed);
        return new(claimed);
    }

    public override ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, held.Shard);
        var outcome = AtOnce.ResultOf(base.CheckpointAsync(scope, held, position, memo, cancellationToken));
        if (outcome == CheckpointOutcome.Stored)
            consumerOf(scope).Leases.Checkpointed(before, held, rows.Find(scope, held.Shard));
        return new(outcome);
    }

    public override ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken)
    {
        var isFree = AtOnce.ResultOf(base.ReleaseAsync(scope, held, cancellationToken));
        consumerOf(scope).Leases.Row(consumerOf(scope).Ledger.Of(held.Shard), rows.Find(scope, held.Shard), held.Owner);
        return new(isFree);
    }

    public override ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard);
        var asked = AtOnce.ResultOf(base.RequestAsync(scope, observed, requester, cancellationToken));
        if (rows.Find(scope, observed.Shard) is { } after)
            consumerOf(scope).Leases.Asked(before, after);
        return new(asked);
    }

    public override ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, held.Shard);
        var outcome = AtOnce.ResultOf(base.HandOverAsync(scope, held, successor, position, memo, cancellationToken));
        if (rows.Find(scope, held.Shard) is { } after && after != before)
            consumerOf(scope).Leases.HandedOver(before!, held, after);
        return new(outcome);
    }

    public override ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard);
        var isGone = AtOnce.ResultOf(base.RemoveLeaseAsync(scope, observed, cancellationToken));
        if (before is not null && rows.Find(scope, observed.Shard) is null)
            consumerOf(scope).Leases.Removed(before);
        return new(isGone);
    }

    public override ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard);
        var stored = AtOnce.ResultOf(base.ResetLeaseAsync(scope, observed, reset, cancellationToken));
        if (rows.Find(scope, observed.Shard) is { } after && after != before)
            consumerOf(scope).Leases.Reset(before!, after);
        return new(stored);
    }

    public override ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken)
    {
        var isHeld = AtOnce.ResultOf(base.NotePausedAsync(scope, held, pause, cancellationToken));
        if (isHeld)
            consumerOf(scope).Leases.Stands(held);
        return new(isHeld);
    }

    public override ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, held.Shard);
        var claimed = AtOnce.ResultOf(base.EndShardAsync(scope, held, position, children, cancellationToken));
        if (claimed is null)
            return new(claimed);
        if (before is { State: LeaseState.Active })
            consumerOf(scope).Leases.Checkpointed(before, held, rows.Find(scope, held.Shard));
        foreach (var child in claimed)
            consumerOf(scope).Leases.Row(consumerOf(scope).Ledger.Of(child.Shard), rows.Find(scope, child.Shard), held.Owner);
        return new(claimed);
    }
}
