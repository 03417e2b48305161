using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>A shard while this worker holds its lease: grants delivery, and writes its checkpoints under the lease's epoch.</summary>
internal sealed class LeasedShard(ILeaseStore store, LeaseScope scope, Lease lease, LeaseSession session) : ICheckpointSink
{
    private volatile bool _fenced;
    private volatile bool _isEnding;
    private volatile WorkerIdentity? _successor;
    private volatile string? _stored = lease.Checkpoint?.ToString();

    public Lease Lease => lease;

    public LeaseScope Scope => scope;

    public LeaseSession Session => session;

    public bool MayProceed => !_fenced && session.IsValid;

    /// <summary>Gets or sets the worker that the shard is to be handed over to; null for none. Then its last position is stored by the write that does it.</summary>
    public WorkerIdentity? Successor
    {
        get => _successor;
        set => _successor = value;
    }

    public bool IsHandingOver => _successor is not null;

    /// <summary>Gets or sets whether nothing but the shard's last records stands between it and its end.</summary>
    public bool IsEnding
    {
        get => _isEnding;
        set => _isEnding = value;
    }

    /// <summary>Gets the stored position, as text; null before the first one.</summary>
    public string? Stored => _stored;

    /// <summary>Reads the memo that was stored with the checkpoint that the lease was claimed with. Null when the lease was lost.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(CancellationToken cancellationToken)
    {
        if (!MayProceed)
            return null;
        var memo = await store.LoadMemoAsync(scope, lease, cancellationToken);
        if (memo is null)
            _fenced = true;
        return memo;
    }

    public async ValueTask<bool> StoreAsync(SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        if (await store.CheckpointAsync(scope, lease, position, memo, cancellationToken) == CheckpointOutcome.Fenced)
        {
            _fenced = true;
            return false;
        }

        _stored = position.ToString();
        return true;
    }

    /// <summary>Notes that nothing more is done under the lease during a pause.</summary>
    public async ValueTask NotePausedAsync(long pause, CancellationToken cancellationToken)
    {
        if (!await store.NotePausedAsync(scope, lease, pause, cancellationToken))
            _fenced = true;
    }

    /// <summary>Gives the lease back if it is still held.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (MayProceed)
            await store.ReleaseAsync(scope, lease, cancellationToken);
        _fenced = true;
    }

    /// <summary>Hands the lease over together with the last position and its memo; without a position the stored ones stay.</summary>
    public async ValueTask<HandOverOutcome> HandOverAsync(WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        if (!MayProceed)
            return HandOverOutcome.Fenced;
        var outcome = await store.HandOverAsync(scope, lease, successor, position, memo, cancellationToken);
        if (outcome != HandOverOutcome.Withdrawn)
            _fenced = true;
        return outcome;
    }

    /// <summary>Ends the shard and makes its children's leases. Null when the lease was lost.</summary>
    public async ValueTask<IReadOnlyList<Lease>?> EndAsync(SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        if (!MayProceed)
            return null;
        var claimed = await store.EndShardAsync(scope, lease, position, children, cancellationToken);
        _fenced = true;
        return claimed;
    }
}
