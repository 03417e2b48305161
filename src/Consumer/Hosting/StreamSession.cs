using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Consumes one stream together with the other workers: keeps the leases complete, claims those that are free, and runs a <see cref="ShardRun"/> for each
/// one that is held. One loop owns all state here; the runs tell it through a channel how they ended.
/// </summary>
internal sealed partial class StreamSession(
    LeaseScope scope,
    bool onlyNewRecords,
    WorkerHeartbeat heartbeat,
    IBatchProcessor processor,
    ConsumerTools tools)
{
    private static readonly TimeSpan LeaseScanInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly ShardDiscovery _discovery = new(tools.Streams, scope.Stream, tools.Reader, tools.Logger);
    private readonly WorkerObserver _observer = new(tools.Worker.LeaseDuration, tools.Time);
    private readonly Channel<(ShardRun Run, ShardRunEnd End)> _ended = Channel.CreateUnbounded<(ShardRun, ShardRunEnd)>();
    private readonly Dictionary<ShardId, ShardRun> _running = [];
    private readonly Dictionary<ShardId, string> _warmIterators = [];
    private readonly Dictionary<ShardId, (int Failures, long NotBefore)> _resting = [];
    private readonly ILogger _logger = tools.Logger;

    private IReadOnlyList<Lease> _leases = [];
    private StreamSnapshot? _snapshot;
    private StreamSnapshot? _previous;
    private string _workerSet = "";
    private long? _listedAt;
    private long? _scannedAt;
    private int _failures;
    private volatile string? _error;
    private long _lastTurn;
    private long _handledByEnded;
    private ImmutableArray<ShardRun> _published = [];

    /// <summary>Gets the stream.</summary>
    public StreamArn Stream => scope.Stream;

    /// <summary>Gets whether the stream's shards are known and their leases made.</summary>
    public bool IsInitialized { get; private set; }

    /// <summary>Gets the trouble that the session is in now; null when it is in none.</summary>
    public string? Error => _error ?? Runs.Select(run => run.ReadError).FirstOrDefault(error => error is not null);

    /// <summary>Gets the timestamp of the loop's last turn; 0 before the first one.</summary>
    public long LastTurn => Volatile.Read(ref _lastTurn);

    /// <summary>Gets how many records were handled.</summary>
    public long RecordsHandled => Volatile.Read(ref _handledByEnded) + Runs.Sum(run => run.RecordsHandled);

    /// <summary>Gets the shards that are being worked on.</summary>
    public ImmutableArray<ShardRun> Runs => ImmutableInterlocked.InterlockedCompareExchange(ref _published, default, default);

    /// <summary>Consumes the stream until it is finished or gone, or until a stop; then every lease that was held has been given back.</summary>
    public async Task<StreamSessionEnd> RunAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        using var stopRuns = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = StreamSessionEnd.Stopped;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Volatile.Write(ref _lastTurn, tools.Time.GetTimestamp());
                if (await TurnAsync(stopRuns.Token, drainExpired) is { } reached)
                {
                    end = reached;
                    break;
                }

                await RestAsync(stopRuns.Token, drainExpired);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The runs are told below.
        }

        await stopRuns.CancelAsync();
        while (_running.Count > 0 && await _ended.Reader.WaitToReadAsync(CancellationToken.None))
            TakeEnded(stopRuns.Token, drainExpired);
        return end;
    }

    /// <summary>Does what is due. Trouble of a service is reported and tried again at the next turn.</summary>
    private async ValueTask<StreamSessionEnd?> TurnAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        try
        {
            if (IsDue(_listedAt, tools.Worker.DiscoveryInterval))
                await DiscoverAsync(stop);
            if (_snapshot!.Status == StreamStatus.Enabling)
                return null;
            await ClaimAsync(stop, drainExpired);
            _failures = 0;
            _error = null;
            if (!IsFinished())
                return null;

            // What looks finished is looked at once more, so that a late child is not left behind.
            await DiscoverAsync(stop);
            await ScanLeasesAsync(stop);
            return IsFinished() ? StreamSessionEnd.Finished : null;
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.NotFound)
        {
            _error = e.Message;
            return StreamSessionEnd.Gone;
        }
        catch (Exception e) when (e is StreamServiceException or LeaseStoreException)
        {
            _failures++;
            _error = e.Message;
            LogTurnFailed(tools.Consumer, scope.Stream, _failures, e.Message);
            return null;
        }
    }

    /// <summary>Waits for the next turn: sooner when a run has ended, later after failures.</summary>
    private async ValueTask RestAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        var pause = tools.Worker.LeaseDuration / 3;
        if (_failures > 0)
            pause = Backoff.Next(_failures, FirstRetry, LongestRetry, tools.Entropy.Next());
        else if (heartbeat.Session is null || _snapshot is { Status: StreamStatus.Enabling })
            pause = tools.Worker.LeaseDuration / 20;
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ended = _ended.Reader.WaitToReadAsync(wake.Token).AsTask();
        var tick = Task.Delay(pause, tools.Time, wake.Token);
        await Task.WhenAny(ended, tick);
        await wake.CancelAsync();
        TakeEnded(stop, drainExpired);
    }

    private bool IsDue(long? last, TimeSpan interval) => last is not { } at || tools.Time.GetElapsedTime(at) >= interval;

    private bool IsFinished() =>
        _snapshot is { IsEnding: true } && _running.Count == 0 && _leases.Count > 0 && _leases.All(lease => lease.State == LeaseState.Done);

    /// <summary>Lists the stream and makes the leases that are missing.</summary>
    private async ValueTask DiscoverAsync(CancellationToken stop)
    {
        var snapshot = await _discovery.ListAsync(stop);
        _previous = _snapshot;
        _snapshot = snapshot;
        if (snapshot.Status == StreamStatus.Enabling)
            return;

        await ScanLeasesAsync(stop);
        var isFirstStart = _leases.Count == 0;
        var planned = isFirstStart
            ? ShardLineage.FirstStart(snapshot, onlyNewRecords)
            : ShardLineage.Newcomers(snapshot, _leases.Select(lease => lease.Shard).ToHashSet());
        foreach (var plan in planned)
            await CreateLeaseAsync(plan, snapshot, stop);
        if (planned.Count > 0)
            await ScanLeasesAsync(stop);
        if (!IsInitialized)
            LogInitialized(tools.Consumer, scope.Stream, snapshot.Status, snapshot.Shards.Count, _leases.Count(lease => lease.State == LeaseState.Done));
        IsInitialized = true;
        _listedAt = tools.Time.GetTimestamp();
    }

    private async ValueTask CreateLeaseAsync(PlannedShard plan, StreamSnapshot snapshot, CancellationToken stop)
    {
        var (start, state) = (LeaseStart.TrimHorizon, plan.Start == ShardStart.NotAtAll ? LeaseState.Done : LeaseState.Active);
        string? iterator = null;
        if (plan.Start == ShardStart.Now)
        {
            // The iterator is taken after the time that is stored: whichever of the two is used, nothing written from now on is passed over.
            start = LeaseStart.From(snapshot.ServiceTime ?? tools.Time.GetUtcNow());
            iterator = await tools.Streams.GetShardIteratorAsync(scope.Stream, plan.Shard.Id, IteratorStart.Latest, stop);
        }

        var created = await tools.Leases.CreateLeaseAsync(scope, new NewLease(plan.Shard.Id, plan.Shard.ParentId, start, state), stop);
        if (created && iterator is not null)
            _warmIterators[plan.Shard.Id] = iterator;
    }

    private async ValueTask ScanLeasesAsync(CancellationToken stop)
    {
        _leases = await tools.Leases.ListLeasesAsync(scope, stop);
        _scannedAt = tools.Time.GetTimestamp();
    }

    /// <summary>Claims what is free or belonged to a worker that is dead.</summary>
    private async ValueTask ClaimAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        if (heartbeat.Session is not { } session)
            return;
        var workers = await tools.Leases.ListWorkersAsync(scope.Application, stop);
        var workerSet = Describe(workers);
        if (workerSet != _workerSet || IsDue(_scannedAt, LeaseScanInterval))
        {
            // Workers are listed after leases: an owner writes its own row before it claims, so one without a row has left or was removed as dead.
            await ScanLeasesAsync(stop);
            workers = await tools.Leases.ListWorkersAsync(scope.Application, stop);
            _workerSet = workerSet;
        }

        var silent = _observer.Observe(workers);
        foreach (var row in silent)
            await FenceAsync(row, stop);

        // A lease in this worker's own name without a run is the rest of an answer that was lost.
        var alive = workers.Except(silent).Select(row => row.Worker.Incarnation).ToHashSet(StringComparer.Ordinal);
        alive.ExceptWith([session.Worker.Incarnation]);
        var finished = _leases.ToDictionary(lease => lease.Shard, lease => lease.State == LeaseState.Done);
        var candidates = LeaseSelection.SelectLeasesToClaim(
            _leases,
            owner => alive.Contains(owner.Incarnation) && !heartbeat.IsFormer(owner.Incarnation),
            lease => MayStart(lease, finished));
        foreach (var lease in candidates)
        {
            if (await tools.Leases.ClaimAsync(scope, lease, session.Worker, stop) is { } claimed)
                Start(claimed, session, stop, drainExpired);
            else
                _scannedAt = null;
        }

        foreach (var row in silent)
            await ForgetAsync(row, stop);
    }

    private static string Describe(IEnumerable<WorkerRow> workers) =>
        string.Join(' ', workers.Select(row => row.Worker.Incarnation).Order(StringComparer.Ordinal));

    private bool MayStart(Lease lease, Dictionary<ShardId, bool> finished)
    {
        if (_running.ContainsKey(lease.Shard))
            return false;
        if (_resting.TryGetValue(lease.Shard, out var rest) && tools.Time.GetTimestamp() < rest.NotBefore)
            return false;
        return ShardLineage.MayStart(lease.Parent, parent => finished.TryGetValue(parent, out var isFinished) ? isFinished : null, _snapshot!, _previous);
    }

    private async ValueTask FenceAsync(WorkerRow row, CancellationToken stop)
    {
        if (!row.IsFenced && await tools.Leases.FenceWorkerAsync(scope.Application, row, stop))
            LogSilent(tools.Consumer, row.Worker.WorkerId, row.Worker.Incarnation, tools.Worker.LeaseDuration);
    }

    /// <summary>Removes the row of a dead worker once it holds nothing of this stream. A lease of another stream whose owner has no row is free all the same.</summary>
    private async ValueTask ForgetAsync(WorkerRow row, CancellationToken stop)
    {
        if (row.IsFenced)
            await tools.Leases.RemoveWorkerAsync(scope.Application, row.Worker, stop);
    }

    private void Start(Lease lease, LeaseSession session, CancellationToken stop, CancellationToken drainExpired)
    {
        var warm = lease.Checkpoint is null && _warmIterators.Remove(lease.Shard, out var iterator) ? iterator : null;
        var run = new ShardRun(
            new LeasedShard(tools.Leases, scope, lease, session),
            new ReadPosition(lease.Checkpoint, lease.Start.FromTime, warm),
            processor,
            _discovery,
            tools);
        var listed = _snapshot!.Shards.GetValueOrDefault(lease.Shard) ?? new Shard(lease.Shard, lease.Parent, null, null);
        _running[lease.Shard] = run;
        Publish();
        _ = TellAsync(run, run.RunAsync(listed, stop, drainExpired));
    }

    /// <summary>Runs never throw; their end is told to the loop that owns them.</summary>
    private async Task TellAsync(ShardRun run, Task<ShardRunEnd> work) => _ended.Writer.TryWrite((run, await work));

    private void TakeEnded(CancellationToken stop, CancellationToken drainExpired)
    {
        while (_ended.Reader.TryRead(out var ended))
        {
            var (run, end) = ended;
            _running.Remove(run.Shard);
            Volatile.Write(ref _handledByEnded, _handledByEnded + run.RecordsHandled);
            _scannedAt = null;
            Rest(run.Shard, end.Outcome);
            if (end.Outcome == ShardRunOutcome.Ended && heartbeat.Session is { } session && !stop.IsCancellationRequested)
            {
                foreach (var child in end.Children.Where(child => !_running.ContainsKey(child.Shard)))
                    Start(child, session, stop, drainExpired);
            }
        }

        Publish();
    }

    /// <summary>A shard whose work failed is left alone for a while, longer after each failure.</summary>
    private void Rest(ShardId shard, ShardRunOutcome outcome)
    {
        if (outcome != ShardRunOutcome.Faulted)
        {
            _resting.Remove(shard);
            return;
        }

        var failures = _resting.GetValueOrDefault(shard).Failures + 1;
        var pause = Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next());
        _resting[shard] = (failures, tools.Time.GetTimestamp() + (long)(pause.TotalSeconds * tools.Time.TimestampFrequency));
        _listedAt = null;
    }

    private void Publish() => ImmutableInterlocked.InterlockedExchange(ref _published, [.. _running.Values]);

    [LoggerMessage(4020, LogLevel.Information, "{Consumer}: {Stream} is {Status}, with {Shards} shards listed, {Done} of them finished.")]
    private partial void LogInitialized(string consumer, StreamArn stream, StreamStatus status, int shards, int done);

    [LoggerMessage(4021, LogLevel.Warning, "{Consumer}: shards and leases of {Stream} could not be looked after ({Failures} times in a row): {Reason}")]
    private partial void LogTurnFailed(string consumer, StreamArn stream, int failures, string reason);

    [LoggerMessage(4022, LogLevel.Warning, "{Consumer}: worker {WorkerId}, incarnation {Incarnation}, has been silent for {LeaseDuration}; its shards are taken over.")]
    private partial void LogSilent(string consumer, string workerId, string incarnation, TimeSpan leaseDuration);
}

/// <summary>How the work on a stream ended.</summary>
internal enum StreamSessionEnd
{
    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>The stream takes no more changes and every record of it is finished.</summary>
    Finished,

    /// <summary>The service does not know the stream any more.</summary>
    Gone,
}
