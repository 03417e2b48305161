namespace StreamWorker.Consumer.Leases;

/// <summary>Records of a shard that were lost, as the lease store remembers it.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="After">The last sequence number before the gap; null when the gap begins at the start of the shard.</param>
/// <param name="Before">The first sequence number behind the gap; null when it reaches to the end of the shard.</param>
public sealed record LeaseGap(ShardId Shard, SequenceNumber? After, SequenceNumber? Before);
