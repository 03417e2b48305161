using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>An attempt to store a position, as <see cref="InMemoryLeaseStore"/> saw it.</summary>
/// <param name="Scope">What the lease is for.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Owner">Who held the lease, by his own account.</param>
/// <param name="Epoch">The epoch under which he held it.</param>
/// <param name="Position">The position; null at the end of a shard that had no record.</param>
/// <param name="EndsShard">Whether it was the end of the shard.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record CheckpointEntry(
    LeaseScope Scope,
    ShardId Shard,
    WorkerIdentity? Owner,
    long Epoch,
    SequenceNumber? Position,
    bool EndsShard,
    CheckpointOutcome Outcome);
