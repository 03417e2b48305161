namespace StreamWorker.Consumer.Shards;

/// <summary>A stream and a page of its shards.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Status">The stream's state.</param>
/// <param name="ViewType">Which images its records carry: <c>KEYS_ONLY</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>NEW_AND_OLD_IMAGES</c>; null when not told.</param>
/// <param name="Shards">The shards, in no promised order; the listing may be older than what is known already.</param>
/// <param name="LastEvaluated">Where the next page starts; null when this was the last one.</param>
/// <param name="ServiceTime">The service's own time when it answered, with a resolution of 1 s; null when not told.</param>
public sealed record StreamDescription(
    StreamArn Stream,
    StreamStatus Status,
    string? ViewType,
    IReadOnlyList<Shard> Shards,
    ShardId? LastEvaluated,
    DateTimeOffset? ServiceTime);
