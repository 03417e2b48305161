namespace StreamWorker.Simulation.Mutants;

/// <summary>A rule that is broken on purpose, by the code round the production code or by a service, to see that the checks find it.</summary>
internal sealed record Mutation
{
    /// <summary>Gets what a worker takes for its way to the lease table.</summary>
    public Func<Simulation, ILeaseStore, ILeaseStore>? Leases { get; init; }

    /// <summary>Gets what a worker takes for its way to the streams.</summary>
    public Func<Simulation, IStreamsClient, IStreamsClient>? Streams { get; init; }

    /// <summary>Gets what a worker takes for its handler.</summary>
    public Func<IBatchProcessor, IBatchProcessor>? Processor { get; init; }

    /// <summary>Gets what the lease table does instead of what it should.</summary>
    public Func<InMemoryLeaseStore, ILeaseStore>? LeaseTable { get; init; }
}
