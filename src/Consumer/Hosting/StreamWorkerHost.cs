using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Runs the worker's loops in a host: the heartbeat, and one loop for each consumer. A fault that only a person can mend stops the host with exit code 1.</summary>
internal sealed partial class StreamWorkerHost : BackgroundService, IWorkerStatusSource
{
    private const int BytesPerMegabyte = 1_048_576;

    // Of what the process holds, at most a quarter is kept for consumers that are behind others.
    private const int ShareOfSharedReads = 4;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);
    // On top of the pauses that the length of leases makes.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(2);

    private readonly StreamWorkerOptions _options;
    private readonly ILeaseStore _leases;
    private readonly TimeProvider _time;
    private readonly Entropy _entropy;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly WorkerHeartbeat _heartbeat;
    // Null where another clock than the system's says that one thread does everything.
    private readonly OwnThread? _heartbeatThread;
    private readonly ReadBudget _budget;
    private readonly SharedReads _reads;
    private readonly IReadOnlyList<ConsumerLoop> _consumers;
    private volatile bool _storeIsReady;
    private volatile string _storeError = "not looked at yet";

    public StreamWorkerHost(IServiceProvider services, IOptions<StreamWorkerOptions> options, IHostApplicationLifetime lifetime)
    {
        _options = options.Value;
        _lifetime = lifetime;
        _leases = services.GetRequiredService<ILeaseStore>();
        _time = services.GetRequiredService<TimeProvider>();
        _entropy = services.GetRequiredService<Entropy>();
        var logs = services.GetRequiredService<ILoggerFactory>();
        _logger = logs.CreateLogger("StreamWorker");
        _heartbeatThread = _time == TimeProvider.System ? new OwnThread("StreamWorker heartbeat") : null;
        _heartbeat = new WorkerHeartbeat(
            _leases, _options.Application, _options.WorkerId, _options.LeaseDuration, _heartbeatThread?.Time ?? _time, _entropy, logs.CreateLogger("StreamWorker.Leases"));
        var bytes = _options.MaximumBufferedMegabytes * (long)BytesPerMegabyte;
        _budget = new ReadBudget(_options.MaximumConcurrentReads, bytes);
        _reads = new SharedReads(bytes / ShareOfSharedReads, _time);
        _consumers = [.. services.GetServices<ConsumerRegistration>().Select(consumer => NewLoop(consumer.Name, services)).OfType<ConsumerLoop>()];
    }

    public event EventHandler<GapFoundEventArgs>? GapFound;

    public WorkerStatus GetStatus() => new(
        _options.Application,
        _options.WorkerId,
        _heartbeat.Session?.Worker.Incarnation,
        _heartbeat.Session is not null,
        _time.GetUtcNow(),
        [.. _consumers.Select(consumer => consumer.Status)]);

    public IReadOnlyList<HealthFinding> GetReadiness() =>
    [
        new("lease-table", _storeIsReady, _storeIsReady ? "ready" : _storeError),
        new("heartbeat", _heartbeat.Session is not null && _heartbeat.Error is null, _heartbeat.Error ?? (_heartbeat.Session is null ? "not joined yet" : "accepted")),
        .. _consumers.Select(consumer => consumer.Readiness),
    ];

    public IReadOnlyList<HealthFinding> GetLiveness() =>
    [
        Turning("heartbeat", _heartbeat.LastTurn),
        .. _consumers.Where(consumer => consumer.Phase is not (ConsumerPhase.Draining or ConsumerPhase.Stopped)).Select(consumer => Turning($"consumer:{consumer.Name}", consumer.LastTurn)),
    ];

    /// <summary>Runs until it is told to stop, in the context of the caller.</summary>
    internal async Task RunToEndAsync(CancellationToken stop)
    {
        try
        {
            await RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before everything had begun.
        }
        catch (WorkerStartupException e)
        {
            LogFatal(null, e.Message);
            StopHost();
        }
        catch (Exception e)
        {
            LogFatal(e, e.Message);
            StopHost();
        }
    }

    public override void Dispose()
    {
        _heartbeatThread?.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunToEndAsync(stoppingToken);

    /// <summary>Runs until it is told to stop. What only a person can mend is raised.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        LogStarting(_options.Application, _options.WorkerId, string.Join(", ", _consumers.Select(consumer => consumer.Name)));
        await InitializeStoreAsync(stop);

        using var drainExpired = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var stopConsumers = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopHeartbeat = new CancellationTokenSource();
        using var limit = stopConsumers.Token.Register(() => LimitDrain(drainExpired));
        var beating = _heartbeatThread?.RunAsync(() => _heartbeat.RunAsync(stopHeartbeat.Token)) ?? _heartbeat.RunAsync(stopHeartbeat.Token);
        try
        {
            await AllOrFirstFaultAsync([beating, UntilAsync(stopConsumers.Token), .. _consumers.Select(consumer => consumer.RunAsync(stopConsumers.Token, drainExpired.Token))], beating, stopConsumers);
        }
        finally
        {
            await stopHeartbeat.CancelAsideAsync();
            await beating;
            await LeaveAsync();
        }
    }

    /// <summary>Waits for the consumers. When one fails for good the others are stopped in order, and then the fault is raised.</summary>
    private static async Task AllOrFirstFaultAsync(List<Task> running, Task heartbeat, CancellationTokenSource stopConsumers)
    {
        Exception? fault = null;
        while (running.Exists(task => task != heartbeat))
        {
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            try
            {
                await ended;
            }
            catch (Exception e)
            {
                fault ??= e;
                await stopConsumers.CancelAsideAsync();
            }
        }

        if (fault is not null)
            throw fault is WorkerStartupException ? new WorkerStartupException(fault.Message, fault) : new InvalidOperationException(fault.Message, fault);
    }

    /// <summary>Ends with the stop: a worker whose consumers are all disabled is there all the same.</summary>
    private async Task UntilAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This is what was waited for.
        }
    }

    private async Task InitializeStoreAsync(CancellationToken stop)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await _leases.InitializeAsync(stop);
                _storeIsReady = true;
                return;
            }
            catch (LeaseStoreException e) when (e.IsTransient)
            {
                _storeError = e.Message;
                var delay = Backoff.Next(failures, FirstRetry, LongestRetry, _entropy.Next());
                LogStoreNotReady(failures, delay, e.Message);
                await Task.Delay(delay, _time, stop);
            }
            catch (LeaseStoreException e)
            {
                throw new WorkerStartupException(e.Message, e);
            }
        }
    }

    private async ValueTask LeaveAsync()
    {
        try
        {
            await _heartbeat.LeaveAsync(CancellationToken.None);
            LogStopped(_options.WorkerId);
        }
        catch (LeaseStoreException e)
        {
            LogNotLeft(_options.WorkerId, e.Message);
        }
    }

    private void LimitDrain(CancellationTokenSource drainExpired)
    {
        LogDraining(_options.DrainTimeout);
        _ = AnnounceAsync();
        _ = ExpireAsync();

        async Task AnnounceAsync()
        {
            try
            {
                await _heartbeat.AnnounceLeavingAsync(CancellationToken.None);
            }
            catch (LeaseStoreException e)
            {
                LogNotAnnounced(_options.WorkerId, e.Message);
            }
        }

        async Task ExpireAsync()
        {
            await Task.Delay(_options.DrainTimeout, _time, CancellationToken.None);
            try
            {
                await drainExpired.CancelAsideAsync();
            }
            catch (ObjectDisposedException)
            {
                // Everything was finished long before.
            }
            catch (AggregateException e)
            {
                LogCallbackFailed(e);
            }
        }
    }

    private ConsumerLoop? NewLoop(string name, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(name);
        if (!options.Enabled)
        {
            LogDisabled(name);
            return null;
        }

        var tools = ConsumerTools.Of(name, services, _options, options, _budget, _reads);
        tools.Gaps.Found = gap => GapFound?.Invoke(this, new GapFoundEventArgs(gap));
        return new ConsumerLoop(_heartbeat, services.GetRequiredKeyedService<IBatchProcessor>(name), tools);
    }

    private HealthFinding Turning(string name, long lastTurn)
    {
        if (lastTurn == 0)
            return new HealthFinding(name, true, "not begun yet");
        var age = _time.GetElapsedTime(lastTurn);
        return new HealthFinding(name, age < LongestTurn + _options.LeaseDuration, $"last turn {age.TotalSeconds:F0} s ago");
    }

    private void StopHost()
    {
        Environment.ExitCode = 1;
        // Stopped while it still starts, a host fails with a cancellation that hides the reason.
        _lifetime.ApplicationStarted.Register(_lifetime.StopApplication);
    }

    [LoggerMessage(4060, LogLevel.Information, "Starting worker {WorkerId} of application {Application} with the consumers: {Consumers}.")]
    private partial void LogStarting(string application, string workerId, string consumers);

    [LoggerMessage(4061, LogLevel.Critical, "The worker stops: {Reason}")]
    private partial void LogFatal(Exception? error, string reason);

    [LoggerMessage(4062, LogLevel.Warning, "The lease table is not ready ({Failures} times in a row), next try in {Delay}: {Reason}")]
    private partial void LogStoreNotReady(int failures, TimeSpan delay, string reason);

    [LoggerMessage(4063, LogLevel.Information, "Stopping: what is being handled may take up to {DrainTimeout}; then positions are stored and shards given back.")]
    private partial void LogDraining(TimeSpan drainTimeout);

    [LoggerMessage(4064, LogLevel.Information, "Worker {WorkerId} has stopped and left.")]
    private partial void LogStopped(string workerId);

    [LoggerMessage(4065, LogLevel.Warning, "Worker {WorkerId} could not sign off; the others find it silent: {Reason}")]
    private partial void LogNotLeft(string workerId, string reason);

    [LoggerMessage(4068, LogLevel.Debug, "Worker {WorkerId} could not tell the others that it stops; they find out when it has left: {Reason}")]
    private partial void LogNotAnnounced(string workerId, string reason);

    [LoggerMessage(4067, LogLevel.Error, "A handler failed while it was told that its time to finish is over.")]
    private partial void LogCallbackFailed(Exception error);

    [LoggerMessage(4066, LogLevel.Information, "Consumer {Consumer} is disabled (Enabled = false) and keeps its position.")]
    private partial void LogDisabled(string consumer);
}
