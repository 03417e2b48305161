using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <content>What operators order.</content>
public sealed partial class InMemoryLeaseStore
{
    private readonly LeaseOrders _orders = new();

    /// <inheritdoc/>
    public ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return RunAsync(new LeaseStoreCall(0, LeaseStoreOperation.Command) { Scope = command.Scope }, () => _orders.Command(command), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(reset);
        return RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.ResetLease) { Scope = scope, Shard = observed.Shard },
            () => _leases.Reset(scope, observed, reset),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return RunAsync(new LeaseStoreCall(0, LeaseStoreOperation.CompleteReset) { Scope = scope }, () => _orders.Complete(scope, order, from, doneAt), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken) => RunAsync(
        CallOn(LeaseStoreOperation.NotePaused, scope, held, null),
        () => _leases.NotePaused(scope, held, pause),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken) => RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.ListOperations),
        () => _orders.EntriesOf(application, consumer),
        cancellationToken);
}
