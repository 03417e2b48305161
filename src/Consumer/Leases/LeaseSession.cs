namespace StreamWorker.Consumer.Leases;

/// <summary>
/// One life of a worker in the lease table: an incarnation and the time until which its leases are valid. The heartbeat loop writes it, everybody asks it.
/// Once lost it stays lost: whoever wants leases again takes a new session.
/// </summary>
internal sealed class LeaseSession(WorkerIdentity worker, TimeProvider time)
{
    private readonly CancellationTokenSource _lost = new();
    private long _validUntil;

    /// <summary>Gets who holds the leases of this session.</summary>
    public WorkerIdentity Worker { get; } = worker;

    /// <summary>Gets a token that is cancelled when the session is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Gets whether the leases are valid at this very moment. Asked immediately before each delivery and each checkpoint, because a paused process runs no timers.</summary>
    public bool IsValid => !_lost.IsCancellationRequested && time.GetTimestamp() < Volatile.Read(ref _validUntil);

    /// <summary>Gets how long the session stays valid without another heartbeat.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var now = time.GetTimestamp();
            var until = Volatile.Read(ref _validUntil);
            return until <= now ? TimeSpan.Zero : time.GetElapsedTime(now, until);
        }
    }

    /// <summary>Notes a heartbeat that was accepted.</summary>
    /// <param name="sentAt">The timestamp that was read before it was sent: nobody can have seen it earlier.</param>
    /// <param name="validity">How long it makes the leases valid.</param>
    public void Extend(long sentAt, TimeSpan validity) => Volatile.Write(ref _validUntil, sentAt + (long)(validity.TotalSeconds * time.TimestampFrequency));

    /// <summary>Ends the session: its work is cancelled.</summary>
    public void Lose()
    {
        Volatile.Write(ref _validUntil, 0);
        _lost.Cancel();
    }
}
