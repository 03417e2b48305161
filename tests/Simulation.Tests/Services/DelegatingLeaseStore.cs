namespace StreamWorker.Simulation;

/// <summary>Hands every operation on; what derives from it changes some of them, or all of them in one place.</summary>
internal abstract class DelegatingLeaseStore(ILeaseStore inner) : ILeaseStore
{
    public async ValueTask InitializeAsync(CancellationToken cancellationToken) =>
        await RunAsync(new Call(nameof(InitializeAsync)), async (store, token) =>
        {
            await store.InitializeAsync(token);
            return true;
        }, cancellationToken);

    public virtual ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ListLeasesAsync)), (store, token) => store.ListLeasesAsync(scope, token), cancellationToken);

    public virtual ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(CreateLeaseAsync), lease.Shard), (store, token) => store.CreateLeaseAsync(scope, lease, token), cancellationToken);

    public virtual ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ClaimAsync), observed.Shard), (store, token) => store.ClaimAsync(scope, observed, claimant, token), cancellationToken);

    public virtual ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(CheckpointAsync), held.Shard), (store, token) => store.CheckpointAsync(scope, held, position, memo, token), cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(LoadMemoAsync), held.Shard), (store, token) => store.LoadMemoAsync(scope, held, token), cancellationToken);

    public virtual ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ReleaseAsync), held.Shard), (store, token) => store.ReleaseAsync(scope, held, token), cancellationToken);

    public virtual ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(RequestAsync), observed.Shard), (store, token) => store.RequestAsync(scope, observed, requester, token), cancellationToken);

    public virtual ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(HandOverAsync), held.Shard), (store, token) => store.HandOverAsync(scope, held, successor, position, memo, token), cancellationToken);

    public virtual ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(EndShardAsync), held.Shard), (store, token) => store.EndShardAsync(scope, held, position, children, token), cancellationToken);

    public virtual ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(RemoveLeaseAsync), observed.Shard), (store, token) => store.RemoveLeaseAsync(scope, observed, token), cancellationToken);

    public async ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken) =>
        await RunAsync(new Call(nameof(RecordGapAsync), gap.Shard), async (store, token) =>
        {
            await store.RecordGapAsync(scope, gap, token);
            return true;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ListGapsAsync)), (store, token) => store.ListGapsAsync(scope, token), cancellationToken);

    public virtual ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ListWorkersAsync)), (store, token) => store.ListWorkersAsync(application, token), cancellationToken);

    public virtual ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(BeatAsync)), (store, token) => store.BeatAsync(application, worker, beat, token), cancellationToken);

    public virtual ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(FenceWorkerAsync)), (store, token) => store.FenceWorkerAsync(application, observed, token), cancellationToken);

    public async ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) =>
        await RunAsync(new Call(nameof(AnnounceLeavingAsync)), async (store, token) =>
        {
            await store.AnnounceLeavingAsync(application, worker, token);
            return true;
        }, cancellationToken);

    public async ValueTask RemoveWorkerAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) =>
        await RunAsync(new Call(nameof(RemoveWorkerAsync)), async (store, token) =>
        {
            await store.RemoveWorkerAsync(application, worker, token);
            return true;
        }, cancellationToken);

    public virtual ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(CommandAsync)), (store, token) => store.CommandAsync(command, token), cancellationToken);

    public virtual ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ResetLeaseAsync), observed.Shard), (store, token) => store.ResetLeaseAsync(scope, observed, reset, token), cancellationToken);

    public virtual ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(CompleteResetAsync)), (store, token) => store.CompleteResetAsync(scope, order, from, doneAt, token), cancellationToken);

    public virtual ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(NotePausedAsync), held.Shard), (store, token) => store.NotePausedAsync(scope, held, pause, token), cancellationToken);

    public ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken) =>
        RunAsync(new Call(nameof(ListOperationsAsync)), (store, token) => store.ListOperationsAsync(application, consumer, token), cancellationToken);

    /// <summary>Takes every operation that nothing else was made of.</summary>
    protected virtual ValueTask<T> RunAsync<T>(Call call, Func<ILeaseStore, CancellationToken, ValueTask<T>> operation, CancellationToken cancellationToken) => operation(inner, cancellationToken);
}

/// <summary>The lease table from where a worker is: every call takes time, and may go wrong.</summary>
internal sealed class RemoteLeaseStore(ILeaseStore table, Link link) : DelegatingLeaseStore(table)
{
    private readonly ILeaseStore _table = table;

    protected override async ValueTask<T> RunAsync<T>(Call call, Func<ILeaseStore, CancellationToken, ValueTask<T>> operation, CancellationToken cancellationToken) =>
        await link.CallAsync(call, () => AtOnce.ResultOf(operation(_table, CancellationToken.None)), null, cancellationToken);
}
