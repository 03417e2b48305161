namespace StreamWorker.Consumer.Tests;

/// <summary>One worker of a fleet: heartbeat and consumer as the host runs them, with its own ways to store and stream, which can be cut.</summary>
internal sealed class WorkerRig
{
    private readonly Fleet _fleet;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _drainExpired = new();
    private readonly CancellationTokenSource _stopHeartbeat = new();
    private Task _beating = Task.CompletedTask;
    private Task _consuming = Task.CompletedTask;

    public WorkerRig(Fleet fleet, string name, Action<ConsumerOptions>? consumer, Action<StreamWorkerOptions>? worker)
    {
        _fleet = fleet;
        Name = name;
        var options = new ConsumerOptions { TableName = fleet.Table.Name };
        consumer?.Invoke(options);
        var process = new StreamWorkerOptions { Application = "orders", WorkerId = name };
        worker?.Invoke(process);
        Store = new CutStore(fleet.Store);
        Streams = new CutStreams(fleet.Streams);
        var clock = fleet.World.Clock;
        Heartbeat = new WorkerHeartbeat(Store, process.Application, name, process.LeaseDuration, clock, fleet.World.Entropy, Log);
        Tools = new ConsumerTools("search", options, process, Streams, Streams, Store, clock, fleet.World.Entropy, Budget, new SharedReads(16 * ReadBudget.PageBytes, clock), Log);
        Processor = new ScriptedProcessor { OnBatch = HandleAsync };
        Loop = new ConsumerLoop(Heartbeat, Processor, Tools);
    }

    public string Name { get; }

    public CutStore Store { get; }

    public CutStreams Streams { get; }

    public WorkerHeartbeat Heartbeat { get; }

    public ConsumerTools Tools { get; }

    public ReadBudget Budget { get; } = new(64, 64 * ReadBudget.PageBytes);

    public ConsumerLoop Loop { get; }

    public ScriptedProcessor Processor { get; }

    public FakeLogger Log { get; } = new();

    /// <summary>Gets or sets what happens to each record before it counts as handled: an exception fails it.</summary>
    public Func<StreamRecord, CancellationToken, ValueTask>? OnRecord { get; set; }

    public Task Consuming => _consuming;

    public IReadOnlyList<ShardStatus> Shards => Loop.Status.Shards;

    public IReadOnlyList<string> LogOf(LogLevel level) => [.. Log.Collector.GetSnapshot().Where(entry => entry.Level == level).Select(entry => entry.Message)];

    public WorkerRig Start()
    {
        _beating = Heartbeat.RunAsync(_stopHeartbeat.Token);
        _consuming = Loop.RunAsync(_stop.Token, _drainExpired.Token);
        return this;
    }

    /// <summary>Starts the worker and waits until it knows its shards.</summary>
    public async Task<WorkerRig> StartAsync(double withinSeconds = 10)
    {
        Start();
        await _fleet.World.UntilAsync(() => Loop.Readiness.IsHealthy, withinSeconds, $"{Name} is ready");
        return this;
    }

    /// <summary>Tells the worker to stop, as a host does.</summary>
    public void AskToStop() => _stop.Cancel();

    public void ExpireDrain() => _drainExpired.Cancel();

    public async Task StopAsync()
    {
        _stop.Cancel();
        if (Store.IsCut)
            _drainExpired.Cancel();
        await _consuming;
        _stopHeartbeat.Cancel();
        await _beating;
        if (!Store.IsCut)
            await Heartbeat.LeaveAsync(CancellationToken.None);
    }

    /// <summary>Takes the worker away as SIGKILL does: nothing that it does reaches anybody any more.</summary>
    public void Kill()
    {
        Store.IsCut = true;
        Streams.IsCut = true;
        OnRecord = static (_, _) => throw new InvalidOperationException("killed");
    }

    private async ValueTask<BatchResult> HandleAsync(ScriptedProcessor.Call call, CancellationToken cancellationToken)
    {
        foreach (var record in call.Records)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var from = _fleet.World.Clock.GetTimestamp();
                if (OnRecord is { } handler)
                    await handler(record, cancellationToken);
                _fleet.Note(new Fleet.Delivery(Name, record.EventId, call.Context.ShardId!.Value.Value, call.Context.LeaseEpoch!.Value, call.Attempt, from, _fleet.World.Clock.GetTimestamp()));
            }
            catch (Exception e)
            {
                return BatchResult.PartlyFailed([BatchItemFailure.Of(record, e)]);
            }
        }

        return BatchResult.Succeeded;
    }
}
