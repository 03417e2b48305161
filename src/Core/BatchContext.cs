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

    /// <summary>Gets who is told of each record that is handled, while the rest of its batch is still being worked on.</summary>
    /// <value>
    /// Null where nobody asks. Records that a class or function handles one by one are reported by themselves; a batch handler may report its records, once each is handled.
    /// When a batch must be given up before its handler has ended, as Lambda's deadline can demand, the records reported from the batch's start on count as handled.
    /// It can be used from several threads.
    /// </value>
    public IProgress<StreamRecord>? Progress { get; init; }
}
