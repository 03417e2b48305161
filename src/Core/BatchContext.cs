namespace StreamWorker;

/// <summary>What is known about the delivery of a batch.</summary>
public sealed class BatchContext
{
    /// <summary>Gets the consumer's name.</summary>
    public required string Consumer { get; init; }

    /// <summary>Gets the shard that the batch comes from.</summary>
    /// <value>Null in Lambda, whose event does not name it.</value>
    public ShardId? ShardId { get; init; }

    /// <summary>Gets the epoch of the lease under which the batch is delivered: it grows with every change of ownership of the shard.</summary>
    /// <value>
    /// A fencing token: a system that refuses a lower epoch than it has seen is safe from a worker that has lost the shard without knowing it yet.
    /// Null in Lambda.
    /// </value>
    public long? LeaseEpoch { get; init; }

    /// <summary>Gets how often the batch that starts with this first record has been tried, this time included.</summary>
    /// <value>At least 1. Lambda does not tell: always 1 there. It starts again at 1 after a restart of the worker.</value>
    public int Attempt { get; init; } = 1;
}
