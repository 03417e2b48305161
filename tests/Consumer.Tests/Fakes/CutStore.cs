namespace StreamWorker.Consumer.Tests;

/// <summary>One worker's way to a lease store, which a test can cut off without the others noticing.</summary>
internal sealed class CutStore(ILeaseStore inner) : ILeaseStore
{
    public bool IsCut { get; set; }

    /// <summary>Gets or sets what is awaited before a heartbeat reaches the store.</summary>
    public Func<CancellationToken, ValueTask>? OnBeat { get; set; }

    /// <summary>Gets or sets who is told of each heartbeat.</summary>
    public Action<WorkerIdentity, long>? OnBeatSent { get; set; }

    private ILeaseStore Inner => IsCut ? throw new LeaseStoreException("The way to the lease store is cut.", isTransient: true) : inner;

    public ValueTask InitializeAsync(CancellationToken cancellationToken) => Inner.InitializeAsync(cancellationToken);

    public ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken) => Inner.ListLeasesAsync(scope, cancellationToken);

    public ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken) => Inner.CreateLeaseAsync(scope, lease, cancellationToken);

    public ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken) =>
        Inner.ClaimAsync(scope, observed, claimant, cancellationToken);

    public ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        Inner.CheckpointAsync(scope, held, position, memo, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) => Inner.LoadMemoAsync(scope, held, cancellationToken);

    public ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) => Inner.ReleaseAsync(scope, held, cancellationToken);

    public ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) =>
        Inner.RequestAsync(scope, observed, requester, cancellationToken);

    public ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        Inner.HandOverAsync(scope, held, successor, position, memo, cancellationToken);

    public ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken) =>
        Inner.EndShardAsync(scope, held, position, children, cancellationToken);

    public ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken) => Inner.RemoveLeaseAsync(scope, observed, cancellationToken);

    public ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken) => Inner.RecordGapAsync(scope, gap, cancellationToken);

    public ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken) => Inner.ListGapsAsync(scope, cancellationToken);

    public ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) => Inner.ListWorkersAsync(application, cancellationToken);

    public async ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken)
    {
        OnBeatSent?.Invoke(worker, beat);
        if (OnBeat is { } gate)
            await gate(cancellationToken);
        return await Inner.BeatAsync(application, worker, beat, cancellationToken);
    }

    public ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) => Inner.AnnounceLeavingAsync(application, worker, cancellationToken);

    public ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken) => Inner.FenceWorkerAsync(application, observed, cancellationToken);

    public ValueTask RemoveWorkerAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) => Inner.RemoveWorkerAsync(application, worker, cancellationToken);

    public ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken) => Inner.CommandAsync(command, cancellationToken);

    public ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken) =>
        Inner.ResetLeaseAsync(scope, observed, reset, cancellationToken);

    public ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken) =>
        Inner.CompleteResetAsync(scope, order, from, doneAt, cancellationToken);

    public ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken) => Inner.NotePausedAsync(scope, held, pause, cancellationToken);

    public ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken) =>
        Inner.ListOperationsAsync(application, consumer, cancellationToken);
}
