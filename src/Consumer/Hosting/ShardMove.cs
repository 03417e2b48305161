namespace StreamWorker.Consumer.Hosting;

/// <summary>What a reset does to one shard.</summary>
/// <param name="Shard">The shard's name.</param>
/// <param name="From">Where it is: a sequence number, or null for its start.</param>
/// <param name="IsFinished">Whether it was read to its end.</param>
/// <param name="To">Where its reading starts; null when it is not read at all.</param>
public sealed record ShardMove(string Shard, string? From, bool IsFinished, string? To);
