using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing.Running;

/// <summary>A worker's way to the lease store. It ends with the worker.</summary>
internal sealed class WorkerLeases(InMemoryLeaseStore leases, HarnessWorker worker) : ILeaseStore
{
    public async ValueTask InitializeAsync(CancellationToken cancellationToken) => await worker.CallAsync(async () =>
    {
        await leases.InitializeAsync(cancellationToken);
        return true;
    });

    public ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ListLeasesAsync(scope, cancellationToken));

    public ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.CreateLeaseAsync(scope, lease, cancellationToken));

    public ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ClaimAsync(scope, observed, claimant, cancellationToken));

    public ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.CheckpointAsync(scope, held, position, memo, cancellationToken));

    public ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.LoadMemoAsync(scope, held, cancellationToken));

    public ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ReleaseAsync(scope, held, cancellationToken));

    public ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.RequestAsync(scope, observed, requester, cancellationToken));

    public ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.HandOverAsync(scope, held, successor, position, memo, cancellationToken));

    public ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.EndShardAsync(scope, held, position, children, cancellationToken));

    public ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.RemoveLeaseAsync(scope, observed, cancellationToken));

    public async ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken) => await worker.CallAsync(async () =>
    {
        await leases.RecordGapAsync(scope, gap, cancellationToken);
        return true;
    });

    public ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ListGapsAsync(scope, cancellationToken));

    public ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ListWorkersAsync(application, cancellationToken));

    public ValueTask<bool> BeatAsync(string application, WorkerIdentity identity, long beat, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.BeatAsync(application, identity, beat, cancellationToken));

    public async ValueTask AnnounceLeavingAsync(string application, WorkerIdentity identity, CancellationToken cancellationToken) => await worker.CallAsync(async () =>
    {
        await leases.AnnounceLeavingAsync(application, identity, cancellationToken);
        return true;
    });

    public ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.FenceWorkerAsync(application, observed, cancellationToken));

    public async ValueTask RemoveWorkerAsync(string application, WorkerIdentity identity, CancellationToken cancellationToken) => await worker.CallAsync(async () =>
    {
        await leases.RemoveWorkerAsync(application, identity, cancellationToken);
        return true;
    });

    public ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken) => worker.CallAsync(() => leases.CommandAsync(command, cancellationToken));

    public ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ResetLeaseAsync(scope, observed, reset, cancellationToken));

    public ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.CompleteResetAsync(scope, order, from, doneAt, cancellationToken));

    public ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.NotePausedAsync(scope, held, pause, cancellationToken));

    public ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken) =>
        worker.CallAsync(() => leases.ListOperationsAsync(application, consumer, cancellationToken));
}
