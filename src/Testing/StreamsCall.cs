using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>One call of <see cref="InMemoryStreams"/>, as hooks and the call log see it.</summary>
/// <param name="Number">Which call it is, of any operation: 1 for the first.</param>
/// <param name="Operation">The operation.</param>
/// <param name="At">When it was made, by the service's clock.</param>
public sealed record StreamsCall(long Number, StreamsOperation Operation, DateTimeOffset At)
{
    /// <summary>Gets the table that was asked for; null for an operation on a stream.</summary>
    public string? TableName { get; init; }

    /// <summary>Gets the stream that was asked for; null for an operation on a table.</summary>
    public StreamArn? Stream { get; init; }

    /// <summary>Gets the shard whose iterator or records were asked for; null for another operation and for an iterator that cannot be read.</summary>
    public ShardId? Shard { get; init; }

    /// <summary>Gets the shard whose children were asked for; null where the whole listing was.</summary>
    public ShardId? ChildrenOf { get; init; }

    /// <summary>Gets where a new iterator was to start; null for another operation.</summary>
    public IteratorStart? Start { get; init; }

    /// <summary>Gets the most records that were asked for; null where there was no limit.</summary>
    public int? Limit { get; init; }
}
