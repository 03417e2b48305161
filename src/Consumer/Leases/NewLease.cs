namespace StreamWorker.Consumer.Leases;

/// <summary>A lease that is to be made.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Parent">Its parent; null when it has none.</param>
/// <param name="Start">Where reading starts.</param>
/// <param name="State">Active, or Done for a shard that is not to be read at all.</param>
public sealed record NewLease(ShardId Shard, ShardId? Parent, LeaseStart Start, LeaseState State = LeaseState.Active)
{
    /// <summary>Gets the last reset that is known to whoever makes the lease; 0 for none. A lease of an older generation than the last reset is reset before it is claimed.</summary>
    public long Generation { get; init; }
}
