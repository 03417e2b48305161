namespace StreamWorker.Consumer.Leases;

/// <summary>A lease as it was read from the lease table.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Parent">Its parent; null when it has none.</param>
/// <param name="Start">Where reading starts while there is no checkpoint.</param>
/// <param name="Checkpoint">The position up to which every record is finished; null before the first one, and after the end of the shard its last.</param>
/// <param name="State">Where the lease is in its life.</param>
/// <param name="Owner">Who holds it; null when it is free.</param>
/// <param name="Epoch">A number that grows with every change of ownership and fences every write of the owner.</param>
public sealed record Lease(
    ShardId Shard,
    ShardId? Parent,
    LeaseStart Start,
    SequenceNumber? Checkpoint,
    LeaseState State,
    WorkerIdentity? Owner,
    long Epoch)
{
    /// <summary>Gets who has asked the owner for the lease under this epoch; null when nobody has.</summary>
    public WorkerIdentity? Requester { get; init; }
}
