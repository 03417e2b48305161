namespace StreamWorker.Middleware;

/// <summary>The end of the time for a piece of work, beside the other reasons for which it may have to stop.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _timedOut;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _outerStop;

    /// <param name="limit">The time from now on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="outerTimedOut">Cancelled when a time-out around this one is over.</param>
    /// <param name="outerStop">Cancelled when the work must stop for a reason other than this deadline.</param>
    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken outerTimedOut, CancellationToken outerStop)
    {
        _outerStop = outerStop;
        _passed = new CancellationTokenSource(limit, time);
        _timedOut = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, outerTimedOut);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_timedOut.Token, outerStop);
    }

    /// <summary>Gets a token that is cancelled when this time-out, or one around it, is over.</summary>
    public CancellationToken TimedOut => _timedOut.Token;

    /// <summary>Gets a token that is cancelled when the work must stop, for whatever reason.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Gets whether the time is over.</summary>
    public bool HasPassed => _passed.IsCancellationRequested;

    /// <summary>Gets whether the work was asked to stop by this deadline and by nothing else.</summary>
    public bool IsTheCause => HasPassed && !_outerStop.IsCancellationRequested;

    public void Dispose()
    {
        _stop.Dispose();
        _timedOut.Dispose();
        _passed.Dispose();
    }
}
