namespace StreamWorker.Consumer.Delivery;

/// <summary>Records that were given up together.</summary>
public sealed class DiscardedBatch
{
    /// <summary>Gets the consumer that gave them up.</summary>
    public required string Consumer { get; init; }

    /// <summary>Gets the stream that they come from.</summary>
    public required StreamArn Stream { get; init; }

    /// <summary>Gets the shard that they come from.</summary>
    public required ShardId ShardId { get; init; }

    /// <summary>Gets the records, in stream order, at least one. They can be read until the call that was given them has ended.</summary>
    /// <value>Records that a filter passes over may lie between them in the shard.</value>
    public required IReadOnlyList<StreamRecord> Records { get; init; }

    /// <summary>Gets why they were given up.</summary>
    public required DiscardCondition Condition { get; init; }

    /// <summary>Gets how often the handler was called with the batch that begins with the first of them; 1 when it never was.</summary>
    public required int ApproximateInvokeCount { get; init; }

    /// <summary>Gets whether the last call failed as a whole, rather than having named failed records.</summary>
    public required bool IsFunctionError { get; init; }

    /// <summary>Gets an id of the last call, unique.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Gets when they were given up.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets what the last call failed with; null when nobody said.</summary>
    public string? Error { get; init; }
}
