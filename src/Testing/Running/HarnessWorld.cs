using StreamWorker.Consumer;

namespace StreamWorker.Testing.Running;

/// <summary>What every worker of a harness has in common, and what outlives each of them.</summary>
internal sealed class HarnessWorld
{
    private int _ids;

    public HarnessWorld(StreamHarnessOptions options)
    {
        Options = options;
        Pump = new WorkPump(options.Seed);
        Clock = new VirtualClock(options.StartTime) { OnArmed = Pump.Wake };
        Calls = new UserCalls(Clock);
        Log = new DeliveryLog(Clock);
        Streams = new InMemoryStreams(Clock);
        Leases = new InMemoryLeaseStore();
        Loop = new VirtualTimeLoop(Pump, Clock, Calls);
        Entropy = new Entropy(new Random(options.Seed ?? 0), () => $"harness-{++_ids}");
    }

    public StreamHarnessOptions Options { get; }

    public WorkPump Pump { get; }

    public VirtualClock Clock { get; }

    public UserCalls Calls { get; }

    public DeliveryLog Log { get; }

    public Func<StreamRecord, CancellationToken, ValueTask>? OnHandling { get; set; }

    public Faults Faults { get; } = new();

    public InMemoryStreams Streams { get; }

    public InMemoryLeaseStore Leases { get; }

    public InMemoryFailureDestination FailureDestination { get; } = new();

    public VirtualTimeLoop Loop { get; }

    public Entropy Entropy { get; }
}
