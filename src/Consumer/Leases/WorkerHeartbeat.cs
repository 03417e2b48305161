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
    private readonly HashSet<string> _formerIncarnations = new(StringComparer.Ordinal);
    private volatile LeaseSession? _session;
    private volatile string? _error;
    private LeaseSession? _joining;
    private long _lastTurn;
    private long _beat;
    private DateTimeOffset _wallAtLastTurn;
    private long _monotonicAtLastTurn;

    /// <summary>Gets the session whose leases are valid; null while there is none.</summary>
    public LeaseSession? Session => _session is { IsValid: true } session ? session : null;

    /// <summary>Gets the trouble that the heartbeat is in now; null when it is in none.</summary>
    public string? Error => _error;

    /// <summary>Gets the timestamp of the loop's last turn; 0 before the first one.</summary>
    public long LastTurn => Volatile.Read(ref _lastTurn);

    /// <summary>How long a heartbeat makes leases valid for their owner: a tenth less than others wait, for clocks that run at different rates and for stopping.</summary>
    public TimeSpan Validity => leaseDuration * 0.9;

    private TimeSpan Interval => leaseDuration / 3;

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
        RememberClocks();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var accepted = await BeatAsync(expiry, cancellationToken);
                var pause = accepted ? Interval * (0.9 + (0.2 * entropy.Next())) : Interval / 4;
                await Task.Delay(pause, time, cancellationToken);
                LoseIfSuspended();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the loop is the end of its work; the leases stay valid for as long as the last heartbeat said.
        }
    }

    /// <summary>Removes the worker's row, when all its leases have been given back.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        if (_session is not { } session)
            return;
        session.Lose();
        await store.RemoveWorkerAsync(application, session.Worker, cancellationToken);
    }

    private async ValueTask<bool> BeatAsync(ITimer expiry, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastTurn, time.GetTimestamp());
        LoseIfExpired();
        var session = _session is { Lost.IsCancellationRequested: false } current ? current : Join();
        var sentAt = time.GetTimestamp();
        try
        {
            if (!await store.BeatAsync(application, session.Worker, _beat + 1, cancellationToken))
            {
                Lose(session, "another worker found it silent");
                _joining = null;
                return false;
            }

            _beat++;

            session.Extend(sentAt, Validity);
            expiry.Change(session.Remaining, Timeout.InfiniteTimeSpan);
            _error = null;
            if (session == _joining)
            {
                LogJoined(workerId, session.Worker.Incarnation);
                _joining = null;
                _session = session;
            }

            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _error = e.Message;
            LogFailed(workerId, session.Remaining, e.Message);
            return false;
        }
    }

    /// <summary>Gives the session that is about to begin. It is kept until its first heartbeat is accepted: one that went unanswered may have been applied.</summary>
    private LeaseSession Join()
    {
        if (_joining is null)
        {
            _beat = 0;
            _joining = new LeaseSession(new WorkerIdentity(workerId, entropy.NewId()), time);
        }

        return _joining;
    }

    private void LoseIfExpired()
    {
        if (_session is { IsValid: false, Lost.IsCancellationRequested: false } session)
            Lose(session, "no heartbeat was accepted in time");
    }

    private void LoseIfSuspended()
    {
        var jump = (time.GetUtcNow() - _wallAtLastTurn - time.GetElapsedTime(_monotonicAtLastTurn)).Duration();
        RememberClocks();
        if (jump > leaseDuration / 3 && _session is { Lost.IsCancellationRequested: false } session)
            Lose(session, $"the clock has jumped by {jump}, as after a suspended machine");
    }

    private void RememberClocks()
    {
        _wallAtLastTurn = time.GetUtcNow();
        _monotonicAtLastTurn = time.GetTimestamp();
    }

    private void Lose(LeaseSession session, string reason)
    {
        lock (_formerIncarnations)
            _formerIncarnations.Add(session.Worker.Incarnation);
        LogLost(workerId, session.Worker.Incarnation, reason);
        session.Lose();
    }

    [LoggerMessage(1001, LogLevel.Information, "Worker {WorkerId} has joined as incarnation {Incarnation}.")]
    private partial void LogJoined(string workerId, string incarnation);

    [LoggerMessage(1002, LogLevel.Warning, "The heartbeat of {WorkerId} failed; its leases stay valid for {Remaining}: {Reason}")]
    private partial void LogFailed(string workerId, TimeSpan remaining, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Worker {WorkerId} has lost all leases of incarnation {Incarnation}: {Reason}. What it was handling is cancelled; it joins again by itself.")]
    private partial void LogLost(string workerId, string incarnation, string reason);
}
