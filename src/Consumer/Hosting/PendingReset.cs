namespace StreamWorker.Consumer.Hosting;

/// <summary>A reset that is ordered and not carried out yet.</summary>
/// <param name="Operation">The number of the operation.</param>
/// <param name="Stream">The stream's ARN.</param>
/// <param name="Shard">The shard that is moved together with its descendants; null for all shards.</param>
/// <param name="To">Where reading starts: <c>TRIM_HORIZON</c>, <c>FROM_TIME:time</c> or <c>AT_SEQUENCE_NUMBER:number</c>.</param>
public sealed record PendingReset(long Operation, string Stream, string? Shard, string To);
