namespace StreamWorker.Testing;

/// <summary>One delivery of a record to the consumer, with all its layers, and how it ended.</summary>
/// <param name="Record">The record.</param>
/// <param name="Attempt">Which delivery of the record it was, whoever made it: 1 for the first.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">Why it was not handled; null when it was, and where nobody said why.</param>
/// <param name="Shard">The shard; null for an event that was handed over as in Lambda.</param>
/// <param name="LeaseEpoch">The epoch of the lease under which it was made; null for an event that was handed over as in Lambda.</param>
/// <param name="EndedAt">When it ended, by the harness's clock.</param>
public sealed record RecordDelivery(
    DeliveredRecord Record,
    int Attempt,
    DeliveryOutcome Outcome,
    Exception? Error,
    ShardId? Shard,
    long? LeaseEpoch,
    DateTimeOffset EndedAt);
