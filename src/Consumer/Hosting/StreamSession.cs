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
    ConsumerTools tools) : ILeasedWork
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(5);
    // Others look at least every five seconds.
    private static readonly TimeSpan LongestOffer = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestWaitForSession = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly ShardDiscovery _discovery = new(tools.Streams, scope.Stream, tools.Reader);
    private readonly StreamAbsence _absence = new(tools);
    private readonly GapReporter _gaps = new(scope, tools);
    private readonly StreamLeases _leases = new(scope, heartbeat, tools);
    private readonly Channel<(ShardRun Run, ShardRunEnd End)> _ended = Channel.CreateUnbounded<(ShardRun, ShardRunEnd)>();
    private readonly Dictionary<ShardId, ShardRun> _running = [];
    private readonly HashSet<ShardId> _finished = [];
    private readonly LeaseMaker _maker = new(scope, onlyNewRecords, tools);
    private readonly ShardRests _rests = new(tools.Time, tools.Entropy);
    private readonly StreamOrders _orders = new(scope, tools);
    private readonly ILogger _logger = tools.Logger;

    private StreamSnapshot? _snapshot;
    private StreamSnapshot? _previous;
    private long? _listedAt;
    private CancellationToken _stop;
    private CancellationToken _drainExpired;
    private long? _generation;
    private long _inOrderUnder;
    private int _failures;
    private volatile string? _error;
    private long _lastTurn;
    private long _handledByEnded;
    private ImmutableArray<ShardRun> _published = [];

    /// <summary>Gets what the leases are for.</summary>
    public LeaseScope Scope => scope;

    /// <summary>Gets the stream.</summary>
    public StreamArn Stream => scope.Stream;

    /// <summary>Gets what tells whether an older stream of the table, which was read to its end before this one, is to be read again; null when there is none.</summary>
    public Func<CancellationToken, ValueTask<bool>>? IsOlderToBeReadAgain { get; init; }

    /// <summary>Gets whether the stream's shards are known and their leases made.</summary>
    public bool IsInitialized { get; private set; }

    /// <summary>Gets the trouble that the session is in now; null when it is in none.</summary>
    public string? Error => _error ?? Runs.Select(run => run.Trouble).FirstOrDefault(error => error is not null);

    /// <summary>Gets the timestamp of the loop's last turn; 0 before the first one.</summary>
    public long LastTurn => Volatile.Read(ref _lastTurn);

    /// <summary>Gets what is ordered.</summary>
    public StreamOrders Orders => _orders;

    /// <summary>Gets how many records were handled.</summary>
    public long RecordsHandled => Volatile.Read(ref _handledByEnded) + Runs.Sum(run => run.RecordsHandled);

    /// <summary>Gets the shards that are being worked on.</summary>
    public ImmutableArray<ShardRun> Runs => ImmutableInterlocked.InterlockedCompareExchange(ref _published, default, default);

    /// <summary>Consumes the stream until it is finished or gone, or until a stop; then every lease that was held has been given back.</summary>
    public async Task<StreamSessionEnd> RunAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        using var stopRuns = new CancellationTokenSource();
        (_stop, _drainExpired) = (stopRuns.Token, drainExpired);
        try
        {
            var end = await TurnsAsync(stop);
            if (end == StreamSessionEnd.Stopped)
                await OfferAsync(drainExpired);
            return end;
        }
        finally
        {
            // Whatever ends the loop, no run outlives it.
            stopRuns.CancelNow();
            while (_running.Count > 0 && await _ended.Reader.WaitToReadAsync(CancellationToken.None))
                TakeEnded();
        }
    }

    private async ValueTask<StreamSessionEnd> TurnsAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Volatile.Write(ref _lastTurn, tools.Time.GetTimestamp());
                if (await TurnAsync(stop) is { } reached)
                    return reached;
                await RestAsync(Pause(), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is held is given away now.
        }

        return StreamSessionEnd.Stopped;
    }

    /// <summary>Does what is due. Trouble of a service is reported and tried again at the next turn.</summary>
    private async ValueTask<StreamSessionEnd?> TurnAsync(CancellationToken stop)
    {
        try
        {
            if (IsDue(_listedAt, ListingInterval.Of(tools.Worker.DiscoveryInterval, _snapshot?.Calls ?? 1, _leases.Workers)))
                await DiscoverAsync(stop);
            new StalledRuns(_rests, tools).GiveUp(_running.Values);
            if (!await IsInOrderAsync(stop))
                return StreamSessionEnd.Reset;
            if (!IsAwaitingShards && heartbeat.Session is { } session)
                await _leases.TurnAsync(session, this, stop);
            _failures = 0;
            _absence.Ends();
            _error = null;
            if (IsReset || !await IsInOrderAsync(stop))
                return StreamSessionEnd.Reset;
            if (!IsFinished())
                return null;

            // What looks finished is looked at once more, so that a late child is not left behind.
            await DiscoverAsync(stop);
            await _leases.ScanAsync(stop);
            return IsFinished() ? StreamSessionEnd.Finished : null;
        }
        catch (Exception e) when (e is StreamServiceException or LeaseStoreException)
        {
            _error = e.Message;
            _failures++;
            LogTurnFailed(tools.Consumer, scope.Stream, _failures, e.Message);
            return e is StreamServiceException { Kind: StreamErrorKind.NotFound } && await _absence.IsCertainAsync(_discovery, stop) ? StreamSessionEnd.Gone : null;
        }
    }

    /// <summary>
    /// Goes on with the shards while those who stay ask for them, so that the time that others take to notice is no time without anybody at work. It is bounded: what nobody
    /// has asked for by then is given back.
    /// </summary>
    private async ValueTask OfferAsync(CancellationToken drainExpired)
    {
        using var limit = new CancellationTokenSource(Shorter(Shorter(tools.Worker.LeaseDuration / 2, tools.Worker.DrainTimeout / 2), LongestOffer), tools.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, drainExpired);
        TakeEnded();
        while (_running.Count > 0 && !end.IsCancellationRequested && heartbeat.Session is { } session)
        {
            try
            {
                if (!await _leases.OfferAsync(session, this, end.Token))
                    return;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseStoreException e)
            {
                LogTurnFailed(tools.Consumer, scope.Stream, ++_failures, e.Message);
            }

            await RestAsync(_leases.HandOverPause, end.Token);
        }
    }

    /// <summary>Waits for the next turn: sooner when a run has ended.</summary>
    private async ValueTask RestAsync(TimeSpan pause, CancellationToken stop)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(Waiting.ForDataAsync(_ended.Reader, wake.Token), Waiting.ForTimeAsync(pause, tools.Time, wake.Token));
        wake.CancelNow();
        TakeEnded();
    }

    private TimeSpan Pause()
    {
        if (_failures > 0)
            return Backoff.Next(_failures, FirstRetry, LongestRetry, tools.Entropy.Next());
        if (heartbeat.Session is null)
            return Shorter(tools.Worker.LeaseDuration / 20, LongestWaitForSession);
        return Shorter(_leases.Pause, Shorter(tools.Worker.DiscoveryInterval, LongestTurn));
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private bool IsDue(long? last, TimeSpan interval) => last is not { } at || tools.Time.GetElapsedTime(at) >= interval;

    /// <summary>Gets whether the stream is so new that its shards cannot be seen yet.</summary>
    private bool IsAwaitingShards => _snapshot is { Status: StreamStatus.Enabling } or { IsEnding: false, Shards.Count: 0 } && _leases.All.Count == 0;

    /// <summary>Gets whether a reset was ordered since the session has begun that the streams before this one may have to do with.</summary>
    private bool IsReset => IsOlderToBeReadAgain is not null && _generation is { } begunWith && (_leases.All.Reset?.Generation ?? 0) != begunWith;

    private bool IsFinished() => _snapshot is { IsEnding: true, IsCertain: true } && _running.Count == 0 && _leases.All.Reset is not { IsPending: true } && _leases.All.All(lease => lease.State == LeaseState.Done);

    /// <summary>
    /// Looks whether the older streams are still finished: before anything is claimed, and whenever something was ordered. A reset is ordered for them first: one that was ordered for this
    /// stream when its leases were listed is seen there, and one that comes later is seen here.
    /// </summary>
    private async ValueTask<bool> IsInOrderAsync(CancellationToken stop)
    {
        if (_generation is not null && _inOrderUnder == _leases.Control.Number)
            return true;
        var (number, generation) = (_leases.Control.Number, _leases.All.Reset?.Generation ?? 0);
        if (IsOlderToBeReadAgain is { } isToBeReadAgain && await isToBeReadAgain(stop))
            return false;
        (_inOrderUnder, _generation) = (number, _generation ?? generation);
        return true;
    }

    /// <summary>Lists the stream and makes the leases that are missing.</summary>
    private async ValueTask DiscoverAsync(CancellationToken stop)
    {
        var snapshot = await _discovery.ListAsync(stop);
        _previous = _snapshot;
        _snapshot = snapshot;
        _finished.RemoveWhere(shard => !snapshot.Shards.ContainsKey(shard));
        await _leases.ScanAsync(stop);
        if (IsAwaitingShards)
            return;

        if (await _maker.MakeAsync(snapshot, _leases.All, stop))
            await _leases.ScanAsync(stop);
        if (_maker.IsAwaiting)
            return;

        if (!IsInitialized)
            LogInitialized(tools.Consumer, scope.Stream, snapshot.Status, snapshot.Shards.Count, _leases.All.Count(lease => lease.State == LeaseState.Done));
        IsInitialized = true;
        _listedAt = tools.Time.GetTimestamp();
        await ForgetAsync(stop);
    }

    private async ValueTask ForgetAsync(CancellationToken stop)
    {
        var old = Tombstones.Removable(_leases.All, _snapshot!, _previous);
        if (old.Count == 0)
            return;
        foreach (var lease in old)
            await tools.Leases.RemoveLeaseAsync(scope, lease, stop);
        LogForgotten(tools.Consumer, old.Count);
        _leases.Outdate();
    }

    bool ILeasedWork.IsRunning(ShardId shard) => _running.ContainsKey(shard);

    bool ILeasedWork.HasEnded(ShardId shard) => _finished.Contains(shard);

    // The row of a child can be seen before the end of its parent's run is told of here: who ends the parent goes on with it, and nobody need claim it.
    bool ILeasedWork.MayStart(Lease lease, IReadOnlyDictionary<ShardId, bool> finished) =>
        !(lease.Parent is { } ending && _running.ContainsKey(ending))
        && !_rests.IsResting(lease.Shard)
        && !IsReset
        && _orders.MayClaim(lease)
        && ShardLineage.MayStart(lease.Parent, parent => finished.TryGetValue(parent, out var isFinished) ? isFinished : null, _snapshot!, _previous);

    async ValueTask ILeasedWork.ObeyAsync(Func<Lease, bool> isFree, bool isFirst, CancellationToken stop)
    {
        _orders.Observe(_leases.Control, _leases.All, _snapshot!);
        foreach (var run in _running.Values)
            Order(run);
        var self = heartbeat.Session?.Worker;
        if (await _orders.ReturnAsync(_leases.All.Where(lease => lease.Owner is not null && lease.Owner == self && !IsAtWork(lease)), stop))
            _leases.Outdate();
        switch (await _orders.CarryAsync(_leases.All, lease => isFree(lease) && !IsAtWork(lease), self, isFirst, _snapshot!, _previous, stop))
        {
            case CarryOutcome.Advanced:
                _leases.Outdate();
                break;
            case CarryOutcome.NeedsListing:
                _listedAt = null;
                break;
            default:
                break;
        }

        await _orders.RecallAsync(stop);
    }

    /// <summary>Tells whether a lease is, or is about to be, worked on here: who ends a parent goes on with the children that it has made.</summary>
    private bool IsAtWork(Lease lease) => _running.ContainsKey(lease.Shard) || (lease is { Owner: not null, Parent: { } ending } && _running.ContainsKey(ending));

    private void Order(ShardRun run) => run.Obey(_orders.OrderFor(run.Lease), _orders.Control.PauseNumber);

    void ILeasedWork.HandOver(Lease lease, WorkerIdentity successor)
    {
        if (_running.TryGetValue(lease.Shard, out var run) && run.Epoch == lease.Epoch)
            run.HandOver(successor);
    }

    void ILeasedWork.Start(Lease lease, LeaseSession session) => Start(lease, session);

    private void Start(Lease lease, LeaseSession session)
    {
        // A lease that was asked for and then claimed is told of twice. One that was reset since the session has begun is left to the session that follows the older streams'.
        if (_running.ContainsKey(lease.Shard) || (IsOlderToBeReadAgain is not null && lease.Generation > _generation))
            return;
        var warm = _maker.TakeIterator(lease);
        var run = new ShardRun(
            new LeasedShard(tools.Leases, scope, lease, session),
            new ReadPosition(lease.Checkpoint, lease.Start.FromTime, warm) { At = lease.Start.AtSequenceNumber },
            processor,
            _discovery,
            _gaps,
            tools);
        var listed = _snapshot!.Shards.GetValueOrDefault(lease.Shard) ?? new Shard(lease.Shard, lease.Parent, null, null);
        _running[lease.Shard] = run;
        Order(run);
        Publish();
        _ = TellAsync(run, run.RunAsync(listed, _stop, _drainExpired));
    }

    /// <summary>Tells the end of a run to the loop that owns it, whatever the end was like.</summary>
    private async Task TellAsync(ShardRun run, Task<ShardRunEnd> work)
    {
        var end = ShardRunEnd.Of(ShardRunOutcome.Faulted);
        try
        {
            end = await work;
        }
        catch (Exception e)
        {
            LogRunFailed(e, tools.Consumer, run.Shard);
        }

        _ended.Writer.TryWrite((run, end));
    }

    private void TakeEnded()
    {
        while (_ended.Reader.TryRead(out var ended))
        {
            var (run, end) = ended;
            _running.Remove(run.Shard);
            Volatile.Write(ref _handledByEnded, _handledByEnded + run.RecordsHandled);
            _leases.Outdate();
            _rests.Ended(run.Shard, end.Outcome);
            // What failed may have vanished from the stream.
            if (end.Outcome == ShardRunOutcome.Faulted)
                _listedAt = null;
            if (end.Outcome != ShardRunOutcome.Ended)
                continue;
            _finished.Add(run.Shard);
            Continue(end.Children);
        }

        Publish();
    }

    /// <summary>Goes on with the children of a shard that has ended. Those that were claimed for a session that is lost by now are claimed anew, like anybody's.</summary>
    private void Continue(IReadOnlyList<(Lease Lease, string? Iterator)> children)
    {
        // A shard that ended before its children were listed has them found at once, not at the next regular listing.
        if (children.Count == 0)
            _listedAt = null;
        if (heartbeat.Session is not { } session || _stop.IsCancellationRequested)
            return;
        foreach (var (child, iterator) in children.Where(child => child.Lease.Owner == session.Worker))
        {
            if (iterator is not null)
                _maker.Keep(child.Shard, child.Generation, iterator);
            Start(child, session);
        }
    }

    private void Publish() => ImmutableInterlocked.InterlockedExchange(ref _published, [.. _running.Values]);

    [LoggerMessage(4020, LogLevel.Information, "{Consumer}: {Stream} is {Status}, with {Shards} shards listed, {Done} of them finished.")]
    private partial void LogInitialized(string consumer, StreamArn stream, StreamStatus status, int shards, int done);

    [LoggerMessage(4023, LogLevel.Debug, "{Consumer}: {Count} shards that were finished two days ago or more, and that the stream does not list any more, are forgotten.")]
    private partial void LogForgotten(string consumer, int count);

    [LoggerMessage(4021, LogLevel.Warning, "{Consumer}: shards and leases of {Stream} could not be looked after ({Failures} times in a row): {Reason}")]
    private partial void LogTurnFailed(string consumer, StreamArn stream, int failures, string reason);

    [LoggerMessage(4022, LogLevel.Error, "{Consumer}: the work on {Shard} failed and could not give it back; it is begun again from the last checkpoint.")]
    private partial void LogRunFailed(Exception error, string consumer, ShardId shard);
}
