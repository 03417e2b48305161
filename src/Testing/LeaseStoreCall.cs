using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>One call of <see cref="InMemoryLeaseStore"/>, as hooks and the call log see it.</summary>
/// <param name="Number">Which call it is, of any operation: 1 for the first.</param>
/// <param name="Operation">The operation.</param>
public sealed record LeaseStoreCall(long Number, LeaseStoreOperation Operation)
{
    /// <summary>Gets what the lease is for; null for an operation on workers and for the initialization.</summary>
    public LeaseScope? Scope { get; init; }

    /// <summary>Gets the shard of the lease; null for an operation on no single lease.</summary>
    public ShardId? Shard { get; init; }

    /// <summary>Gets the worker that the call is about: the claimant, the holder, or the one that beats, is fenced or is removed; null where there is none.</summary>
    public WorkerIdentity? Worker { get; init; }

    /// <summary>Gets the position that was to be stored; null for an operation without one.</summary>
    public SequenceNumber? Position { get; init; }
}
