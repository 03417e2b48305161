namespace StreamWorker.Testing;

/// <summary>A record that a write put into a stream: what a test compares deliveries with.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Shard">The shard.</param>
/// <param name="SequenceNumber">The record's position.</param>
/// <param name="EventId">The id of the change.</param>
/// <param name="EventName">What happened to the item.</param>
/// <param name="Keys">The item's keys as typed JSON: equal texts mean the same item.</param>
/// <param name="CreatedAt">When the change was made, in whole seconds.</param>
public sealed record WrittenRecord(
    StreamArn Stream,
    ShardId Shard,
    SequenceNumber SequenceNumber,
    string EventId,
    EventName EventName,
    string Keys,
    DateTimeOffset CreatedAt);
