namespace StreamWorker.Simulation;

/// <summary>What a run is like.</summary>
internal sealed class SimulationSettings
{
    /// <summary>Gets how many shards the stream has at first.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Gets what sets the process's options.</summary>
    public Action<StreamWorkerOptions>? Worker { get; init; }

    /// <summary>Gets what sets the consumer's options.</summary>
    public Action<ConsumerOptions>? Consumer { get; init; }

    /// <summary>Gets what makes the lease table one that breaks a rule.</summary>
    public Func<InMemoryLeaseStore, ILeaseStore>? LeaseTable { get; init; }
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

    /// <summary>Gets what makes its way to the lease table one that breaks a rule.</summary>
    public Func<ILeaseStore, ILeaseStore>? Leases { get; init; }

    /// <summary>Gets what makes its way to the streams one that breaks a rule.</summary>
    public Func<IStreamsClient, IStreamsClient>? Streams { get; init; }
}
