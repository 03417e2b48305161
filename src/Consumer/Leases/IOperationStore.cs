namespace StreamWorker.Consumer.Leases;

/// <summary>Keeps what operators order, with conditional writes. What stands is read together with leases and workers: <see cref="LeaseListing.Reset"/>, <see cref="WorkerListing.Controls"/>.</summary>
/// <remarks>What <see cref="ILeaseStore"/> says of repeated writes and of errors holds here, too.</remarks>
public interface IOperationStore
{
    /// <summary>Stores a command with its entry, in one transaction, on condition that nothing was ordered since it was observed. The oldest entry above <see cref="OperationEntry.MostKept"/> goes.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when something else was ordered in the meantime: nothing was done.</returns>
    ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a lease that nobody holds, or whose owner is dead, a new start, on condition that owner and epoch are still those that were observed and that its generation is an older
    /// one. It is free then, under the next epoch and without checkpoint; the old one is remembered as <see cref="Lease.Previous"/>.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="observed">The lease as it was observed.</param>
    /// <param name="reset">What it becomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lease as stored; null when it is not as observed any more.</returns>
    ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken);

    /// <summary>Notes that a reset is carried out, in the order and in the operation's entry.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="order">The order.</param>
    /// <param name="from">Where its shards were before, in words.</param>
    /// <param name="doneAt">The time.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when another reset was ordered in the meantime.</returns>
    ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken);

    /// <summary>Notes in a lease that its owner does nothing more under it until the consumer goes on, on condition that owner and epoch are those of <paramref name="held"/>.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed.</param>
    /// <param name="pause">The number of the operation that paused the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the lease has another owner.</returns>
    ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken);

    /// <summary>Lists the operations on a consumer, the last <see cref="OperationEntry.MostKept"/> of them.</summary>
    /// <param name="application">The application.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The entries, the oldest first.</returns>
    ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken);
}
