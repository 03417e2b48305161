using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Runs one consumer: its table's streams one after the other, each to its end before the next.</summary>
internal sealed partial class ConsumerLoop(WorkerHeartbeat heartbeat, IBatchProcessor processor, ConsumerTools tools)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly StreamSource _source = new(tools);
    private readonly ILogger _logger = tools.Logger;
    private volatile StreamSession? _session;
    private volatile string? _error;
    private volatile bool _hasRun;
    private readonly HashSet<StreamArn> _finished = [];
    private StreamArn? _gone;
    private LeaseScope? _missed;
    private long _lastTurn;
    private long _handledBefore;
    private volatile ConsumerPhase _phase = ConsumerPhase.Starting;

    public string Name => tools.Consumer;

    /// <summary>Gets the timestamp of the last turn of the loops; 0 before the first one.</summary>
    public long LastTurn => Math.Max(Volatile.Read(ref _lastTurn), _session?.LastTurn ?? 0);

    public ConsumerPhase Phase => _phase == ConsumerPhase.Running && _session is { Orders.Control.Pause: not PauseMode.None } ? ConsumerPhase.Paused : _phase;

    public string? Error => _error ?? _session?.Error;

    public ConsumerStatus Status
    {
        get
        {
            var session = _session;
            var shards = session is null ? [] : session.Runs.Select(run => run.Status).OrderBy(shard => shard.Shard, StringComparer.Ordinal).ToList();
            return new ConsumerStatus(
                Name, _source.Name, session?.Stream.Value, Phase, Error, shards, Volatile.Read(ref _handledBefore) + (session?.RecordsHandled ?? 0))
            {
                Gaps = tools.Gaps.All,
                Pause = session?.Orders.Pause,
                PendingReset = session?.Orders.Pending,
                Operations = tools.Operations.Last,
            };
        }
    }

    /// <summary>Gets whether the consumer does what it is there for: its shards are known, and nothing that it needs fails.</summary>
    public HealthFinding Readiness
    {
        get
        {
            var session = _session;
            var isReady = _phase is ConsumerPhase.Running or ConsumerPhase.Waiting && Error is null && session is null or { IsInitialized: true };
            return new HealthFinding($"consumer:{Name}", isReady, Error ?? (isReady ? $"{Phase}, holding {session?.Runs.Length ?? 0} shards" : $"{_phase}: shards are not known yet"));
        }
    }

    /// <summary>Runs until a stop.</summary>
    /// <exception cref="WorkerStartupException">The consumer cannot start, and only a person can change that.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        using var draining = stop.Register(() => _phase = ConsumerPhase.Draining);
        try
        {
            for (var failures = 0; !stop.IsCancellationRequested;)
            {
                Volatile.Write(ref _lastTurn, tools.Time.GetTimestamp());
                failures = await TurnAsync(failures, stop, drainExpired);
                await Task.Delay(Pause(failures), tools.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the loop is the end of its work.
        }
        finally
        {
            _phase = ConsumerPhase.Stopped;
        }
    }

    private async ValueTask<int> TurnAsync(int failures, CancellationToken stop, CancellationToken drainExpired)
    {
        try
        {
            // Whatever is to be read again is read from the oldest stream on.
            while (await ReadStreamsAsync(stop, drainExpired) == StreamSessionEnd.Reset)
                Volatile.Write(ref _lastTurn, tools.Time.GetTimestamp());
            return 0;
        }
        catch (WorkerStartupException e) when (_hasRun)
        {
            // What was there at the start is gone: somebody may be making it anew.
            _error = e.Message;
            LogWaiting(Name, e.Message);
            return failures + 1;
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.AccessDenied && !_hasRun)
        {
            throw new WorkerStartupException($"StreamWorker:Consumers:{Name}: {e.Message}", e);
        }
        catch (Exception e) when (e is StreamServiceException or LeaseStoreException)
        {
            _error = e.Message;
            LogFailed(Name, failures + 1, e.Message);
            return failures + 1;
        }
    }

    /// <summary>Reads the streams one after the other, the oldest first.</summary>
    /// <returns>How the last session ended.</returns>
    private async ValueTask<StreamSessionEnd> ReadStreamsAsync(CancellationToken stop, CancellationToken drainExpired)
    {
        var streams = await _source.FindAsync(stop);
        _error = null;
        await ReportGoneAsync(stop);
        var end = StreamSessionEnd.Finished;
        var older = new List<StreamArn>();
        foreach (var (stream, isSuccessor) in streams)
        {
            // A stream that takes no more changes and has been read to its end says nothing new, unless it is to be read again.
            var isFinished = _finished.Contains(stream) && !await _source.IsToBeReadAgainAsync(stream, stop);
            if (!isFinished)
                end = await RunSessionAsync(stream, isSuccessor, older, stop, drainExpired);
            if (end == StreamSessionEnd.Reset || stop.IsCancellationRequested)
                break;
            if (isFinished || end == StreamSessionEnd.Finished)
                older.Add(stream);
        }

        return end;
    }

    private async ValueTask<StreamSessionEnd> RunSessionAsync(StreamArn stream, bool isSuccessor, List<StreamArn> older, CancellationToken stop, CancellationToken drainExpired)
    {
        var onlyNew = tools.Options.StartingPosition == StartingPosition.Latest && !isSuccessor && !_hasRun;
        var session = new StreamSession(_source.ScopeOf(stream), onlyNew, heartbeat, processor, tools)
        {
            IsOlderToBeReadAgain = older.Count == 0 ? null : token => _source.IsAnyToBeReadAgainAsync(older, token),
        };
        _session = session;
        if (!stop.IsCancellationRequested)
            _phase = ConsumerPhase.Running;
        var end = await session.RunAsync(stop, drainExpired);
        Volatile.Write(ref _handledBefore, _handledBefore + session.RecordsHandled);
        _session = null;
        if (end == StreamSessionEnd.Gone && !session.IsInitialized && !_hasRun && string.IsNullOrEmpty(tools.Options.TableName))
            throw new WorkerStartupException(_source.UnknownStream(stream));
        _hasRun |= session.IsInitialized;
        if (end is StreamSessionEnd.Stopped or StreamSessionEnd.Reset)
            return end;
        _phase = ConsumerPhase.Waiting;
        if (end == StreamSessionEnd.Gone)
        {
            _missed = session.Scope;
            await ReportGoneAsync(stop);
            return end;
        }

        _finished.Add(stream);
        LogStreamEnded(Name, stream);
        return end;
    }

    /// <summary>Says once that a stream is gone, and what it takes with it. While the leases cannot be looked at, that is still to be said.</summary>
    private async ValueTask ReportGoneAsync(CancellationToken stop)
    {
        if (_missed is not { } scope || scope.Stream == _gone)
            return;
        var leases = await tools.Leases.ListLeasesAsync(scope, stop);
        var unfinished = leases.Where(lease => lease.State != LeaseState.Done).Select(lease => $"{lease.Shard} behind {lease.Checkpoint?.ToString() ?? "its start"}").ToList();
        if (unfinished.Count > 0)
            LogLost(Name, scope.Stream, string.Join(", ", unfinished));
        else
            LogStreamGone(Name, scope.Stream);
        (_gone, _missed) = (scope.Stream, null);
    }

    private TimeSpan Pause(int failures)
    {
        if (failures > 0)
            return Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next());
        return tools.Worker.DiscoveryInterval < LongestRetry ? tools.Worker.DiscoveryInterval : LongestRetry;
    }

    [LoggerMessage(4040, LogLevel.Warning, "{Consumer}: table or stream could not be looked up ({Failures} times in a row): {Reason}")]
    private partial void LogFailed(string consumer, int failures, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "{Consumer} waits: {Reason}")]
    private partial void LogWaiting(string consumer, string reason);

    [LoggerMessage(4042, LogLevel.Information, "{Consumer}: {Stream} takes no more changes and is read to its end; waiting for the table's next stream.")]
    private partial void LogStreamEnded(string consumer, StreamArn stream);

    [LoggerMessage(4043, LogLevel.Information, "{Consumer}: {Stream} is gone; waiting for the table's next stream.")]
    private partial void LogStreamGone(string consumer, StreamArn stream);

    [LoggerMessage(4044, LogLevel.Critical, "{Consumer}: {Stream} is gone before it was read to its end. Records are lost: those of {Shards}.")]
    private partial void LogLost(string consumer, StreamArn stream, string shards);
}
