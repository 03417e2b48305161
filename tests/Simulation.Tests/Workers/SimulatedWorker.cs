using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Simulation;

/// <summary>One process with a worker in it, as the host runs it: the whole of the production code, on a clock, a process and ways to the services of its own.</summary>
internal sealed class SimulatedWorker
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Simulation _simulation;
    private readonly StreamWorkerHost _host;
    private readonly int _capacity;
    private readonly TimeSpan _leaseDuration;
    private long _suspendedAt;
    private long? _setBackAt;
    private bool _hasStarted;
    private Task _running = Task.CompletedTask;

    public SimulatedWorker(Simulation simulation, string name, WorkerSetup setup)
    {
        _simulation = simulation;
        var scheduler = simulation.Scheduler;
        Name = name;
        Process = scheduler.NewProcess(name);
        Clock = new SimulatedClock(scheduler, Process) { Rate = setup.ClockRate, Offset = setup.ClockOffset, WallOffset = setup.WallOffset };
        Table = new Link(scheduler, Process, simulation.World, simulation.NewDice(), ServiceErrors.LeaseTable);
        Stream = new Link(scheduler, Process, simulation.World, simulation.NewDice(), ServiceErrors.Streams);
        Listing = new ObservedStreams(simulation.NewStreamsView(), simulation.Consumers, simulation.Violations, () => MostOpenPages, () => MayNotHaveNoticed);
        var dice = simulation.NewDice();
        var entropy = new Entropy(new Random(dice.Below(int.MaxValue)), () => $"{dice.Bits():x16}");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(entropy);
        services.AddSingleton<ILoggerFactory>(new SimulatedLogger(scheduler, name, simulation.Consumers));
        services.AddSingleton<IHostApplicationLifetime>(new Lifetime());
        var mutation = simulation.Settings.Mutation;
        var streams = new RemoteStreams(Listing, Stream);
        services.AddSingleton<IStreamsClient>(setup.Streams?.Invoke(streams) ?? mutation?.Streams?.Invoke(simulation, streams) ?? streams);
        services.AddSingleton<ITableDirectory>(streams);
        var table = new RemoteLeaseStore(simulation.LeaseTable, Table);
        services.AddSingleton<ILeaseStore>(mutation?.Leases?.Invoke(simulation, table) ?? table);
        services.AddStreamWorkerConsumers(worker =>
        {
            foreach (var one in simulation.Consumers)
            {
                var handler = new RecordingProcessor(scheduler, this, simulation.World, one.Deliveries, one.Handler);
                worker.AddConsumer(one.Name, consumer => consumer
                    .FromTable(SimulatedTable.Name)
                    .Configure(options =>
                    {
                        simulation.Settings.Consumer?.Invoke(options);
                        simulation.Settings.ConsumerOf?.Invoke(simulation, options);
                    })
                    .Process(_ => mutation?.Processor?.Invoke(handler) ?? handler));
            }
        });
        services.Configure<StreamWorkerOptions>(options =>
        {
            options.Application = Simulation.Application;
            options.WorkerId = name;
            simulation.Settings.Worker?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        var consumer = provider.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(Simulation.Consumer);
        _capacity = new DeliveryOptions(consumer.BatchSize, consumer.RetryDelay, consumer.MaximumRetryDelay, TimeSpan.Zero)
        {
            Lanes = consumer.ParallelizationFactor,
            Isolates = consumer.FailurePolicy == FailurePolicy.Isolate,
        }.Capacity;
        _leaseDuration = provider.GetRequiredService<IOptions<StreamWorkerOptions>>().Value.LeaseDuration;
        _host = provider.GetRequiredService<StreamWorkerHost>();
    }

    public string Name { get; }

    public SimulatedProcess Process { get; }

    public SimulatedClock Clock { get; }

    /// <summary>Gets the way to the lease table.</summary>
    public Link Table { get; }

    /// <summary>Gets the way to the streams.</summary>
    public Link Stream { get; }

    /// <summary>Gets the streams as this worker is shown them.</summary>
    public ObservedStreams Listing { get; }

    public IWorkerStatusSource Status => _host;

    /// <summary>Gets the shards that the worker works on.</summary>
    public IReadOnlyList<ShardStatus> Shards => _host.GetStatus().Consumers[0].Shards;

    /// <summary>Gets the gaps that the worker has found.</summary>
    public IReadOnlyList<ShardGap> Gaps => _host.GetStatus().Consumers[0].Gaps;

    public long Now => _simulation.Scheduler.Now;

    /// <summary>Gets whether the process does anything: it is neither dead, nor paused, nor at its end.</summary>
    public bool IsRunning => !IsGone && !Process.IsPaused;

    /// <summary>Gets whether the process is dead or at its end.</summary>
    public bool IsGone => Process.IsDead || HasEnded;

    /// <summary>Gets whether the process was told to stop.</summary>
    public bool IsStopping { get; private set; }

    public bool HasEnded => _running.IsCompleted && _hasStarted;

    public long ResumedAt => Process.ResumedAt;

    /// <summary>Gets how long after its last pause what is in a handler may go on: a machine that was suspended notices with its next heartbeat only.</summary>
    public long NoticesWithin { get; private set; }

    /// <summary>Gets whether no clock need tell that the machine was suspended: its wall clock was set back at about that time. It learns of it from its next heartbeat, or is at its deadline.</summary>
    public bool IsUnaware => NoticesWithin > 0 && _setBackAt >= _suspendedAt - _leaseDuration.Ticks && Now - ResumedAt <= _leaseDuration.Ticks;

    // A shard has at most one page for each record that may wait, one that is read ahead, and one on its way; and, where there are more consumers, some that are kept for those that are behind.
    private int MostOpenPages => _simulation.Ledger.Shards.Count * ((_simulation.Consumers.Count * (_capacity + 2)) + (_simulation.Consumers.Count > 1 ? SharedReads.PagesPerShard : 0));

    /// <summary>Gets whether the process has gone on after a pause only just now.</summary>
    private bool MayNotHaveNoticed => ResumedAt != long.MinValue && Now - ResumedAt <= Math.Max(TimeSpan.FromMilliseconds(100).Ticks, NoticesWithin);

    public void Start()
    {
        _hasStarted = true;
        var begun = new TaskCompletionSource();
        _running = begun.Task;
        Say("starts");
        Process.Do(() => _running = RunAsync());
    }

    /// <summary>Tells the process to stop, as SIGTERM does.</summary>
    public void Stop()
    {
        Say("is told to stop");
        IsStopping = true;
        Process.Do(_stop.Cancel);
    }

    /// <summary>Takes the process away, as SIGKILL does.</summary>
    public void Kill()
    {
        Say("is killed");
        Process.Kill();
    }

    /// <summary>Holds the process, as SIGSTOP does. Its clocks go on.</summary>
    public void Pause()
    {
        Say("is paused");
        NoticesWithin = 0;
        Process.Pause();
    }

    public void Resume()
    {
        Say("goes on");
        Process.Resume();
    }

    /// <summary>Suspends the machine: nothing runs, and its monotonic clock stands still.</summary>
    public void Suspend()
    {
        Pause();
        // It cannot know before it looks at its clocks, which it does with every heartbeat.
        NoticesWithin = _leaseDuration.Ticks;
        _suspendedAt = Now;
    }

    /// <summary>Wakes the machine up.</summary>
    public void WakeUp()
    {
        Clock.StandStill(Now - _suspendedAt);
        Resume();
    }

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        Clock.WallOffset += by;
        if (by < TimeSpan.Zero)
            _setBackAt = Now;
    }

    /// <summary>Tells whether the worker would deliver and store under an incarnation at this moment.</summary>
    public bool CountsOn(WorkerIdentity incarnation) => IsRunning && _host.GetStatus() is { HoldsLeases: true } status && status.Incarnation == incarnation.Incarnation;

    public override string ToString() => Name;

    private async Task RunAsync()
    {
        await _host.RunToEndAsync(_stop.Token);
        Say("has ended");
        if (!_stop.IsCancellationRequested)
            _simulation.Violations.Report("I6", $"{Name} ends without having been told to.");
    }

    private void Say(string what) => _simulation.Scheduler.History.Write(Now, Name, $"{what}");

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
