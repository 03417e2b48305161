namespace StreamWorker.Consumer.Hosting;

/// <summary>Records of a shard that are lost: the stream forgot them before they could be read.</summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Stream">The stream's ARN.</param>
/// <param name="Shard">The shard's name.</param>
/// <param name="After">The last sequence number before the gap; null when the gap begins at the start of the shard.</param>
/// <param name="Before">The first sequence number behind the gap; null when it reaches to the end of the shard.</param>
public sealed record ShardGap(string Consumer, string Stream, string Shard, string? After, string? Before);
