namespace StreamWorker.Consumer.Shards;

/// <summary>A shard, as a listing tells it.</summary>
/// <param name="Id">The shard's name.</param>
/// <param name="ParentId">The shard that it continues; null when it has none. A parent that is no longer listed has been trimmed.</param>
/// <param name="StartingSequenceNumber">The number at which the shard starts; null when not told.</param>
/// <param name="EndingSequenceNumber">The number at which the shard ended; null while it is open.</param>
public sealed record Shard(ShardId Id, ShardId? ParentId, SequenceNumber? StartingSequenceNumber, SequenceNumber? EndingSequenceNumber)
{
    /// <summary>Gets whether the shard takes no more records.</summary>
    public bool IsClosed => EndingSequenceNumber is not null;
}
