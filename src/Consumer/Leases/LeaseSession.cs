namespace StreamWorker.Consumer.Leases;

/// <summary>
/// One life of a worker in the lease table: an incarnation and the time until which its leases are valid. The heartbeat loop writes it, everybody asks it.
/// Once lost it stays lost: whoever wants leases again takes a new session.
/// </summary>
/// <param name="worker">Who holds the leases.</param>
/// <param name="mostJump">How far the wall clock may run away from the monotonic one between two heartbeats: more means that the machine was suspended.</param>
/// <param name="time">The clocks.</param>
internal sealed class LeaseSession(WorkerIdentity worker, TimeSpan mostJump, TimeProvider time)
{
    private readonly CancellationTokenSource _lost = new();
    private volatile Grant? _grant;

    /// <summary>Gets who holds the leases of this session.</summary>
    public WorkerIdentity Worker { get; } = worker;

    /// <summary>Gets a token that is cancelled when the session is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Gets whether the leases are valid at this very moment. Asked immediately before each delivery and each checkpoint, because neither a paused process nor a suspended machine runs timers.</summary>
    public bool IsValid => !_lost.IsCancellationRequested && _grant is { } grant && Age(grant) < grant.Validity && Jump(grant) <= mostJump;

    /// <summary>Gets how long the session stays valid without another heartbeat.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_lost.IsCancellationRequested || _grant is not { } grant)
                return TimeSpan.Zero;
            var remaining = grant.Validity - Age(grant);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Gets how far the wall clock has run away from the monotonic one since the last heartbeat that was accepted.</summary>
    public TimeSpan ClockJump => _grant is { } grant ? Jump(grant) : TimeSpan.Zero;

    /// <summary>Gets whether the clocks say that the machine was suspended: the monotonic clock stands still then, and the leases may have been taken.</summary>
    public bool WasSuspended => ClockJump > mostJump;

    /// <summary>Notes a heartbeat that was accepted.</summary>
    /// <param name="sentAt">The timestamp that was read before it was sent: nobody can have seen it earlier.</param>
    /// <param name="wallAtSend">The wall clock at the same moment.</param>
    /// <param name="validity">How long it makes the leases valid.</param>
    public void Extend(long sentAt, DateTimeOffset wallAtSend, TimeSpan validity) =>
        _grant = new Grant(sentAt, wallAtSend, validity);

    /// <summary>Ends the session: its work is cancelled.</summary>
    /// <returns>A task that ends when everybody has been told, and carries what they threw.</returns>
    public Task LoseAsync() => _lost.CancelAsideAsync();

    private TimeSpan Jump(Grant grant) => (time.GetUtcNow() - grant.WallAtSend - time.GetElapsedTime(grant.SentAt)).Duration();

    /// <summary>
    /// Gets the time since a heartbeat was sent, by the clock that says more. A machine that was suspended for less than is taken for a suspension has a monotonic clock that
    /// lacks that time, and the others have waited it all the same.
    /// </summary>
    private TimeSpan Age(Grant grant)
    {
        var monotonic = time.GetElapsedTime(grant.SentAt);
        var wall = time.GetUtcNow() - grant.WallAtSend;
        return wall > monotonic ? wall : monotonic;
    }

    private sealed record Grant(long SentAt, DateTimeOffset WallAtSend, TimeSpan Validity);
}
