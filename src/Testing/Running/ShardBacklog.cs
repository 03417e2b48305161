namespace StreamWorker.Testing.Running;

/// <summary>What a shard holds for its readers, at one moment.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Parent">Its parent; null when it has none.</param>
/// <param name="Last">The last record; null when it holds none.</param>
/// <param name="IsClosed">Whether it takes no more records.</param>
/// <param name="IsReadToEnd">Whether somebody has read it to its end since the last record came.</param>
/// <param name="OpenPages">How many pages of it are with readers that live.</param>
internal sealed record ShardBacklog(StreamArn Stream, ShardId Shard, ShardId? Parent, SequenceNumber? Last, bool IsClosed, bool IsReadToEnd, int OpenPages);
