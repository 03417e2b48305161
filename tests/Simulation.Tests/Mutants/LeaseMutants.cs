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
    public override ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        base.CheckpointAsync(scope, rows.Find(scope, held.Shard) is { Owner: not null } current ? current : held, position, memo, cancellationToken);
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
    public override ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        base.CheckpointAsync(scope, held, ledger.Of(held.Shard).Records[^1].SequenceNumber, memo, cancellationToken);
}

/// <summary>Never gets a lease.</summary>
internal sealed class ClaimNothing(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    public override ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken) => new((Lease?)null);
}

/// <summary>Takes what it should ask for.</summary>
internal sealed class StealInsteadOfAsking(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    public override ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) =>
        requester is null ? base.RequestAsync(scope, observed, requester, cancellationToken) : ClaimAsync(scope, observed, requester, cancellationToken);
}

/// <summary>A table that changes the owner of a lease and leaves the epoch as it is.</summary>
internal sealed class HandOverWithoutEpoch(InMemoryLeaseStore rows) : DelegatingLeaseStore(rows)
{
    public override async ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        var outcome = await base.HandOverAsync(scope, held, successor, position, memo, cancellationToken);
        if (outcome == HandOverOutcome.HandedOver)
            rows.Replace(scope, rows.Find(scope, held.Shard)! with { Epoch = held.Epoch });
        return outcome;
    }
}

/// <summary>Hands over before it has finished what is in the handler: as soon as it sees that it is asked.</summary>
internal sealed class HandOverAtOnce(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    private readonly Dictionary<ShardId, Lease> _held = [];

    public override async ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken)
    {
        var claimed = await base.ClaimAsync(scope, observed, claimant, cancellationToken);
        if (claimed is not null)
            _held[claimed.Shard] = claimed;
        return claimed;
    }

    public override async ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken)
    {
        var leases = await base.ListLeasesAsync(scope, cancellationToken);
        foreach (var lease in leases)
        {
            if (lease.Requester is { } requester && _held.TryGetValue(lease.Shard, out var held) && held.Owner == lease.Owner && held.Epoch == lease.Epoch)
                await HandOverAsync(scope, held, requester, null, ReadOnlyMemory<byte>.Empty, cancellationToken);
        }

        return leases;
    }
}

/// <summary>Hands over with a position that is further than what was finished.</summary>
internal sealed class HandOverTooFar(ILeaseStore inner, Ledger ledger) : DelegatingLeaseStore(inner)
{
    public override ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        base.HandOverAsync(scope, held, successor, ledger.Of(held.Shard).Records is [.., var last] ? last.SequenceNumber : position, memo, cancellationToken);
}

/// <summary>Never hands over what it is asked for.</summary>
internal sealed class NeverHandOver(ILeaseStore inner) : DelegatingLeaseStore(inner)
{
    public override async ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken)
    {
        var listed = await base.ListLeasesAsync(scope, cancellationToken);
        return new LeaseListing([.. listed.Select(lease => lease with { Requester = null })]) { Reset = listed.Reset };
    }
}

/// <summary>A table that notes a reset in a lease and leaves its position as it is.</summary>
internal sealed class ResetWithoutPosition(InMemoryLeaseStore rows) : DelegatingLeaseStore(rows)
{
    public override async ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard);
        if (await base.ResetLeaseAsync(scope, observed, reset, cancellationToken) is not { } after)
            return null;
        var kept = after with { Checkpoint = before?.Checkpoint, Start = before?.Start ?? after.Start };
        rows.Replace(scope, kept);
        return kept;
    }
}

/// <summary>A table that shows leases which are to be reset as free, and resets whatever is there, with its epoch as it is.</summary>
internal sealed class ResetUnderTheOwner(InMemoryLeaseStore rows) : DelegatingLeaseStore(rows)
{
    public override async ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken)
    {
        var listed = await base.ListLeasesAsync(scope, cancellationToken);
        return listed.Reset is not { } reset ? listed : new LeaseListing([.. listed.Select(lease => lease.Generation < reset.Generation ? lease with { Owner = null } : lease)]) { Reset = reset };
    }

    public override async ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken)
    {
        var before = rows.Find(scope, observed.Shard)!;
        var after = await base.ResetLeaseAsync(scope, before, reset, cancellationToken);
        if (after is null)
            return null;
        rows.Replace(scope, after with { Epoch = before.Epoch });
        return after with { Epoch = before.Epoch };
    }
}
