using StreamWorker.Simulation.Mutants;

namespace StreamWorker.Simulation;

/// <summary>What a run is like.</summary>
internal sealed record SimulationSettings
{
    /// <summary>Gets how many shards the stream has at first.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Gets how many consumers of the table each worker has.</summary>
    public int Consumers { get; init; } = 1;

    /// <summary>Gets what the service makes of a request for the children of a shard.</summary>
    public ChildFilter ChildFilter { get; init; }

    public int ShardsPerPage { get; init; } = 100;

    public int RecordsPerPage { get; init; } = 1000;

    /// <summary>Gets the most true time that one step of a process takes, in ticks.</summary>
    public int LongestStep { get; init; }

    /// <summary>Gets what the rest is like, for the report of a failure.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Gets what sets the process's options.</summary>
    public Action<StreamWorkerOptions>? Worker { get; init; }

    /// <summary>Gets what sets the consumer's options.</summary>
    public Action<ConsumerOptions>? Consumer { get; init; }

    /// <summary>Gets what sets the consumer's options at the moment when a worker is started.</summary>
    public Action<Simulation, ConsumerOptions>? ConsumerOf { get; init; }

    /// <summary>Gets the rule that is broken on purpose; null for none.</summary>
    public Mutation? Mutation { get; init; }
}

/// <summary>What one worker is like.</summary>
internal sealed class WorkerSetup
{
    /// <summary>Gets the rate of its clocks: 1.05 gains 5 %.</summary>
    public double ClockRate { get; init; } = 1;

    /// <summary>Gets where its monotonic clock started.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Gets how far its wall clock is from the truth.</summary>
    public TimeSpan WallOffset { get; init; }

    /// <summary>Gets what the worker takes for its way to the streams, where a test puts something in between.</summary>
    public Func<IStreamsClient, IStreamsClient>? Streams { get; init; }
}
