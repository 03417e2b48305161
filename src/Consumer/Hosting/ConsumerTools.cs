using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>What all loops of one consumer work with.</summary>
internal sealed record ConsumerTools(
    string Consumer,
    ConsumerOptions Options,
    StreamWorkerOptions Worker,
    IStreamsClient Streams,
    ITableDirectory Tables,
    ILeaseStore Leases,
    TimeProvider Time,
    Entropy Entropy,
    ReadBudget Budget,
    SharedReads Reads,
    ILogger Logger)
{
    public DeliveryOptions Delivery { get; } = new(Options.BatchSize, Options.RetryDelay, Options.MaximumRetryDelay, Worker.CheckpointInterval)
    {
        BatchingWindow = TimeSpan.FromSeconds(Options.MaximumBatchingWindowInSeconds),
        Lanes = Options.ParallelizationFactor,
        MaximumRetries = Options.MaximumRetryAttempts < 0 ? null : Options.MaximumRetryAttempts,
        MaximumAge = Options.MaximumRecordAgeInSeconds < 0 ? null : TimeSpan.FromSeconds(Options.MaximumRecordAgeInSeconds),
        Bisects = Options.BisectBatchOnFunctionError,
        Isolates = Options.FailurePolicy == FailurePolicy.Isolate,
        DiscardsUndelivered = Options.OnDestinationFailure == DestinationFailurePolicy.Discard,
        TumblingWindow = TimeSpan.FromSeconds(Options.TumblingWindowInSeconds),
        SpillsBeforeExpiry = Options.SpillBeforeExpiry,
    };

    /// <summary>Gets what the consumer wants of the stream; null for everything.</summary>
    public IRecordFilter? Filter { get; init; }

    /// <summary>Gets where records go that are given up; null for nowhere.</summary>
    public IFailureDestination? Destination { get; init; }

    public ConsumerGaps Gaps { get; } = new();

    public ReaderTools Reader { get; } = new(Time, Entropy, Worker.MaximumPollInterval, Budget, Reads);
}
