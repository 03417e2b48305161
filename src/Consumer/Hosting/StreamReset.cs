namespace StreamWorker.Consumer.Hosting;

/// <summary>What a reset does to one stream.</summary>
/// <param name="Stream">The stream's ARN.</param>
/// <param name="Operation">The number of the operation; null when nothing was ordered.</param>
/// <param name="Shards">What becomes of each shard that is concerned, as far as can be told now.</param>
public sealed record StreamReset(string Stream, long? Operation, IReadOnlyList<ShardMove> Shards);
