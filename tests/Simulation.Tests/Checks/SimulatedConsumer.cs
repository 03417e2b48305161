namespace StreamWorker.Simulation;

/// <summary>A consumer of the table: what is true of it, what is held, and what is behind its handler. Each one is to see all of the stream.</summary>
internal sealed class SimulatedConsumer
{
    public SimulatedConsumer(string name, Scheduler scheduler, Violations violations, Tally tally, Func<WorkerIdentity, SimulatedWorker?> findWorker)
    {
        Name = name;
        Deliveries = new DeliveryCheck(scheduler, Ledger, violations);
        Gaps = new GapCheck(Ledger, violations, tally);
        Leases = new LeaseCheck(scheduler, Ledger, violations, tally, findWorker);
    }

    public string Name { get; }

    public Ledger Ledger { get; } = new();

    public DeliveryCheck Deliveries { get; }

    public GapCheck Gaps { get; }

    public LeaseCheck Leases { get; }

    public HandlerBehaviour Handler { get; } = new();
}
