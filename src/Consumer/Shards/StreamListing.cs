namespace StreamWorker.Consumer.Shards;

/// <summary>A page of a listing of streams.</summary>
/// <param name="Streams">The streams, in no promised order.</param>
/// <param name="LastEvaluated">Where the next page starts; null when this was the last one.</param>
public sealed record StreamListing(IReadOnlyList<StreamArn> Streams, StreamArn? LastEvaluated);
