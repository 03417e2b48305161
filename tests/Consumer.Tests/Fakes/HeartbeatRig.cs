namespace StreamWorker.Consumer.Tests;

/// <summary>A heartbeat on a store that can be cut off.</summary>
internal sealed class HeartbeatRig : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(WorkerIdentity Worker, long Beat, TimeSpan At)> _beats = [];
    private readonly World _world;
    private readonly long _since;
    private Task _running = Task.CompletedTask;

    public HeartbeatRig(World world, double leaseSeconds = 3)
    {
        _world = world;
        _since = world.Clock.GetTimestamp();
        Store = new CutStore(Memory) { OnBeatSent = (worker, beat) => _beats.Add((worker, beat, Now)) };
        LeaseDuration = TimeSpan.FromSeconds(leaseSeconds);
        Heartbeat = new WorkerHeartbeat(Store, "orders", "worker", LeaseDuration, world.Clock, world.Entropy, Log);
    }

    public InMemoryLeaseStore Memory { get; } = new();

    public CutStore Store { get; }

    public WorkerHeartbeat Heartbeat { get; }

    public TimeSpan LeaseDuration { get; }

    public FakeLogger Log { get; } = new();

    public IReadOnlyList<(WorkerIdentity Worker, long Beat, TimeSpan At)> Beats => _beats;

    public TimeSpan Now => _world.Clock.GetElapsedTime(_since);

    public void Start() => _running = Heartbeat.RunAsync(_stop.Token);

    public async Task StopAsync()
    {
        _stop.Cancel();
        await _running;
    }

    public void Dispose() => _stop.Dispose();
}
