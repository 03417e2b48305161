using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Leases;

/// <summary>
/// Keeps the worker alive in the lease table: one heartbeat for all its leases, three times in a lease's duration, on a path of its own. The owner stops
/// a margin before anybody else can find it silent. No wall clock decides anything; a jump of it against the monotonic clock means that the machine was
/// suspended, and counts as loss.
/// </summary>
internal sealed partial class WorkerHeartbeat(
    ILeaseStore store,
    string application,
    string workerId,
    TimeSpan leaseDuration,
    TimeProvider time,
    Entropy entropy,
    ILogger logger)
{
    // A heartbeat that failed is sent again soon, however long leases last.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _formerIncarnations = new(StringComparer.Ordinal);
    private volatile LeaseSession? _session;
    private volatile string? _error;
    private LeaseSession? _joining;
    private long _lastTurn;
    private long _beat;
    private long _sent;

    /// <summary>Gets the session whose leases are valid; null while there is none.</summary>
    public LeaseSession? Session => _session is { IsValid: true } session ? session : null;

    /// <summary>Gets the trouble that the heartbeat is in now; null when it is in none.</summary>
    public string? Error => _error;

    /// <summary>Gets the timestamp of the loop's last turn; 0 before the first one.</summary>
    public long LastTurn => Volatile.Read(ref _lastTurn);

    /// <summary>Gets the number of the last heartbeat that was accepted.</summary>
    public long Beat => Volatile.Read(ref _beat);

    /// <summary>How long a heartbeat makes leases valid for their owner: a tenth less than others wait, for clocks that run at different rates and for stopping.</summary>
    public TimeSpan Validity => leaseDuration * 0.9;

    private TimeSpan Interval => leaseDuration / 3;

    private TimeSpan RetryInterval => Interval / 4 < LongestRetry ? Interval / 4 : LongestRetry;

    /// <summary>Tells whether an incarnation is an earlier one of this very process, which needs no proof of death.</summary>
    public bool IsFormer(string incarnation)
    {
        lock (_formerIncarnations)
            return _formerIncarnations.Contains(incarnation);
    }

    /// <summary>Sends heartbeats until it is cancelled. The row is left to <see cref="LeaveAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var expiry = time.CreateTimer(_ => LoseIfExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var accepted = await BeatAsync(expiry, cancellationToken);
                var pause = accepted ? Interval * (0.9 + (0.2 * entropy.Next())) : RetryInterval;
                await Task.Delay(pause, time, cancellationToken);
                LoseIfSuspended();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the loop is the end of its work; the leases stay valid for as long as the last heartbeat said.
        }
    }

    /// <summary>Tells the others that this worker is about to stop, so that they look for what it gives back.</summary>
    public async ValueTask AnnounceLeavingAsync(CancellationToken cancellationToken)
    {
        if (Session is { } session)
            await store.AnnounceLeavingAsync(application, session.Worker, cancellationToken);
    }

    /// <summary>Removes the worker's row, when all its leases have been given back.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        if (_session is not { } session)
            return;
        TellLost(session);
        await store.RemoveWorkerAsync(application, session.Worker, cancellationToken);
    }

    private async ValueTask<bool> BeatAsync(ITimer expiry, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastTurn, time.GetTimestamp());
        LoseIfExpired();
        var session = _session is { Lost.IsCancellationRequested: false } current ? current : Join();
        // One that goes unanswered is given up in time for another one: a connection that died without a word must not cost the leases.
        using var limit = new CancellationTokenSource(Interval, time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var wallAtSend = time.GetUtcNow();
        var sentAt = time.GetTimestamp();

        // Only a number that was never sent before is a sign of life that others see: one that is repeated may have been in the table for long. The first one, which makes
        // the row, must be repeated until it is there.
        var isRepeated = session == _joining && _sent == 1 && _beat == 0;
        _sent = isRepeated ? 1 : _sent + 1;
        var number = _sent;
        try
        {
            if (!await store.BeatAsync(application, session.Worker, number, giveUp.Token))
            {
                Lose(session, "another worker found it silent");
                _joining = null;
                return false;
            }

            Volatile.Write(ref _beat, number);
            if (isRepeated)
                return false;
            session.Extend(sentAt, wallAtSend, Validity);
            _error = null;
            if (session.Lost.IsCancellationRequested)
                return false;
            expiry.Change(session.Remaining, Timeout.InfiniteTimeSpan);
            if (session == _joining)
            {
                LogJoined(workerId, session.Worker.Incarnation);
                _joining = null;
                _session = session;
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var reason = e is OperationCanceledException ? $"the lease table did not answer within {Interval}" : e.Message;
            _error = reason;
            LogFailed(workerId, session.Remaining, reason);
            return false;
        }
    }

    /// <summary>Gives the session that is about to begin. It is kept until its first heartbeat is accepted: one that went unanswered may have been applied.</summary>
    private LeaseSession Join()
    {
        if (_joining is null)
        {
            (_beat, _sent) = (0, 0);
            _joining = new LeaseSession(new WorkerIdentity(workerId, entropy.NewId()), leaseDuration / 3, time);
        }

        return _joining;
    }

    private void LoseIfExpired()
    {
        if (_session is { Remaining.Ticks: 0, Lost.IsCancellationRequested: false } session)
            Lose(session, "no heartbeat was accepted in time");
    }

    private void LoseIfSuspended()
    {
        if (_session is { WasSuspended: true, Lost.IsCancellationRequested: false } session)
            Lose(session, $"the clock has jumped by {session.ClockJump}, as after a suspended machine");
    }

    private void Lose(LeaseSession session, string reason)
    {
        lock (_formerIncarnations)
        {
            if (!_formerIncarnations.Add(session.Worker.Incarnation))
                return;
        }

        LogLost(workerId, session.Worker.Incarnation, reason);
        TellLost(session);
    }

    /// <summary>Cancels the work of a session. What its callbacks do, however long it takes and whatever they throw, never reaches the heartbeat.</summary>
    private void TellLost(LeaseSession session)
    {
        var telling = session.LoseAsync();
        _ = ReportAsync();

        async Task ReportAsync()
        {
            try
            {
                await telling;
            }
            catch (Exception e)
            {
                LogCallbackFailed(e, workerId);
            }
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Worker {WorkerId} has joined as incarnation {Incarnation}.")]
    private partial void LogJoined(string workerId, string incarnation);

    [LoggerMessage(1002, LogLevel.Warning, "The heartbeat of {WorkerId} failed; its leases stay valid for {Remaining}: {Reason}")]
    private partial void LogFailed(string workerId, TimeSpan remaining, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Worker {WorkerId} has lost all leases of incarnation {Incarnation}: {Reason}. What it was handling is cancelled; it joins again by itself.")]
    private partial void LogLost(string workerId, string incarnation, string reason);

    [LoggerMessage(1004, LogLevel.Error, "Worker {WorkerId} has lost its leases, and a handler failed while it was told of that.")]
    private partial void LogCallbackFailed(Exception error, string workerId);
}
