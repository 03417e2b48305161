using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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
    private const int BytesPerMegabyte = 1_048_576;

    /// <summary>Gives what is needed to look after a consumer without running it.</summary>
    public static ConsumerTools Of(string consumer, IServiceProvider services)
    {
        var worker = services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value;
        return Of(consumer, services, worker, services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(consumer), new ReadBudget(1, BytesPerMegabyte), new SharedReads(BytesPerMegabyte, services.GetRequiredService<TimeProvider>()));
    }

    public static ConsumerTools Of(string consumer, IServiceProvider services, StreamWorkerOptions worker, ConsumerOptions options, ReadBudget budget, SharedReads reads) => new(
        consumer,
        options,
        worker,
        services.GetRequiredService<IStreamsClient>(),
        services.GetRequiredService<ITableDirectory>(),
        services.GetRequiredService<ILeaseStore>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<Entropy>(),
        budget,
        reads,
        services.GetRequiredService<ILoggerFactory>().CreateLogger($"StreamWorker.Consumers.{consumer}"))
    {
        Filter = services.GetKeyedService<IRecordFilter>(consumer),
        Destination = services.GetKeyedService<IFailureDestination>(consumer),
    };

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

    public ConsumerHistory Operations { get; } = new();

    public ReaderTools Reader { get; } = new(Time, Entropy, Worker.MaximumPollInterval, Budget, Reads);
}
