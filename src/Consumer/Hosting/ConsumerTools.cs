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
    ILogger Logger)
{
    public DeliveryOptions Delivery { get; } = new(Options.BatchSize, Options.RetryDelay, Options.MaximumRetryDelay, Worker.CheckpointInterval);

    public ConsumerGaps Gaps { get; } = new();

    public ReaderTools Reader { get; } = new(Time, Entropy, Worker.MaximumPollInterval, Budget);
}
