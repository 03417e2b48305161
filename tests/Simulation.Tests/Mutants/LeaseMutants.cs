namespace StreamWorker.Simulation.Mutants;

/// <summary>Claims on what the row holds now, not on what was observed.</summary>
internal sealed class ClaimOnRereadValues(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    public override async ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken)
    {
        var leases = await ListLeasesAsync(scope, cancellationToken);
        return await base.ClaimAsync(scope, leases.First(lease => lease.Shard == observed.Shard), claimant, cancellationToken);
    }
}

/// <summary>A table that takes checkpoints from anybody.</summary>
internal sealed class CheckpointWithoutEpoch(InMemoryLeaseStore rows) : DelegatingLeaseStore(rows)
{
    public override ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, CancellationToken cancellationToken) =>
        base.CheckpointAsync(scope, rows.Find(scope, held.Shard) is { Owner: not null } current ? current : held, position, cancellationToken);
}

/// <summary>Gives a heartbeat the answer of the one before, so that the owner counts its deadline from a moment at which the write had long been applied: as if it were taken after the reply.</summary>
internal sealed class DeadlineAfterTheReply(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    private readonly Dictionary<WorkerIdentity, Task<bool>> _sent = [];

    public override async ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken)
    {
        var sent = _sent.GetValueOrDefault(worker);
        var sending = base.BeatAsync(application, worker, beat, CancellationToken.None).AsTask();
        _sent[worker] = sending;
        return await (sent ?? sending).WaitAsync(cancellationToken);
    }
}

/// <summary>Stores a position that is further than what was finished: that of the last record of the shard.</summary>
internal sealed class CheckpointAhead(ILeaseStore inner, Ledger ledger) : DelegatingLeaseStore(inner)
{
    public override ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, CancellationToken cancellationToken) =>
        base.CheckpointAsync(scope, held, ledger.Of(held.Shard).Records[^1].SequenceNumber, cancellationToken);
}

/// <summary>Never gets a lease.</summary>
internal sealed class ClaimNothing(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    public override ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken) => new((Lease?)null);
}
