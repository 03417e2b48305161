namespace StreamWorker.Consumer.Leases;

/// <summary>Keeps leases, checkpoints and heartbeats, with conditional writes.</summary>
/// <remarks>
/// <para>Every write is safe to repeat: a write that was applied and whose answer was lost succeeds when it is sent again.</para>
/// <para>Every operation raises <see cref="LeaseStoreException"/> when the store, or the way to it, fails; it is then not known whether a write was applied.</para>
/// </remarks>
public interface ILeaseStore : IOperationStore
{
    /// <summary>Makes the store ready: creates what is missing where that is allowed, and checks what is there.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the store can be used.</returns>
    /// <exception cref="LeaseStoreException">The store is missing and may not be created, or has another schema.</exception>
    ValueTask InitializeAsync(CancellationToken cancellationToken);

    /// <summary>Lists the leases of a scope, including those that are done, with what was ordered for them. Sees every write that has completed before.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The leases, in no promised order.</returns>
    ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken);

    /// <summary>Makes a lease, without owner, unless the shard has one.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when it was made; false when there was one, which stays as it is.</returns>
    ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken);

    /// <summary>Takes a lease, on condition that owner and epoch are still those that were observed and that it is not done.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="observed">The lease as it was observed.</param>
    /// <param name="claimant">The new owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lease as stored, with the next epoch; null when it is not as observed any more.</returns>
    ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a checkpoint and its memo in one write, on condition that owner and epoch are those of <paramref name="held"/>. It never goes back: when a later position
    /// is stored, that one stays, and its memo with it. The same position takes another memo.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed.</param>
    /// <param name="position">The position up to which every record is finished.</param>
    /// <param name="memo">What is to be found again together with the position, at most <see cref="Lease.MaximumMemoLength"/> bytes. It takes the place of the last one; an empty one removes it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The memo is too long.</exception>
    ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken);

    /// <summary>Reads the memo that is stored with the checkpoint of a held lease. Asks the store only when <see cref="Lease.IsMemoApart"/> says so.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed, listed or handed over.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The memo, empty when there is none; null when the lease has another owner.</returns>
    ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken);

    /// <summary>Gives a lease back with checkpoint and memo as they are, so that anybody can take it at once, on condition that owner and epoch are those of <paramref name="held"/>.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when it is free now; false when it has another owner.</returns>
    ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken);

    /// <summary>
    /// Notes in a held lease who asks its owner for it, or takes that back, on condition that owner, epoch and request are still those that were observed.
    /// Nothing changes hands by it.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="observed">The lease as it was observed.</param>
    /// <param name="requester">Who asks for the lease; null to take the observed request back.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lease as stored; held by the requester, under the next epoch, when its owner has handed it over already; null when it is not as observed any more.</returns>
    ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken);

    /// <summary>
    /// Hands a lease over to the worker that has asked for it, in one write: owner, next epoch, last position and its memo, on condition that owner and epoch are those of
    /// <paramref name="held"/> and that the request still stands.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed.</param>
    /// <param name="successor">The worker that has asked for it.</param>
    /// <param name="position">The position up to which every record is finished; null when none was finished. The stored one never goes back, and keeps its memo then.</param>
    /// <param name="memo">The memo of the position, as for <see cref="CheckpointAsync"/>; empty when there is no position: a memo belongs to one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The memo is too long, or has no position.</exception>
    ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a shard, in one transaction, on condition that owner and epoch are those of <paramref name="held"/>: its lease becomes done and free
    /// and loses its memo, and its children's leases are made, held by the owner and without memo. A child that has a lease already keeps it as it is.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="held">The lease as it was claimed.</param>
    /// <param name="position">The position of the shard's last record; null when it had none.</param>
    /// <param name="children">The children; at most 90.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The leases of those children that the owner holds now; null when the lease has another owner and nothing was done.</returns>
    ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken);

    /// <summary>Removes the lease of a finished shard, on condition that it is done and its epoch is still the one that was observed.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="observed">The lease as it was observed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when there is no lease any more; false when it is not as observed.</returns>
    ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken);

    /// <summary>Notes that records of a shard were lost. The same gap is noted once.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="gap">What was lost.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is noted.</returns>
    ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken);

    /// <summary>Lists the gaps of a scope.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The gaps, in no promised order.</returns>
    ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken);

    /// <summary>Lists the workers of an application, with what was ordered for its consumers. Sees every write that has completed before.</summary>
    /// <param name="application">The application.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The workers.</returns>
    ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken);

    /// <summary>Writes a heartbeat; the first one makes the worker's row.</summary>
    /// <param name="application">The application.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="beat">A number that is higher than the last one; 1 for the first.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the worker was found silent and fenced, or its row is gone: it holds no lease any more.</returns>
    ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken);

    /// <summary>Notes in a worker's row that it is about to stop, so that the others look for what it gives back. Without a row nothing is noted.</summary>
    /// <param name="application">The application.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is noted.</returns>
    ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken);

    /// <summary>Fences a silent worker, on condition that its heartbeat is still the one that was observed. From then on its heartbeats fail.</summary>
    /// <param name="application">The application.</param>
    /// <param name="observed">The worker's row as it was observed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when it is fenced, by this call or by another; false when it has a new heartbeat or is gone.</returns>
    ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken);

    /// <summary>Removes a worker's row, when the worker leaves or when a fenced one holds nothing any more.</summary>
    /// <param name="application">The application.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the row is gone.</returns>
    ValueTask RemoveWorkerAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken);
}
