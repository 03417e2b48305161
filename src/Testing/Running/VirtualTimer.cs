namespace StreamWorker.Testing.Running;

/// <summary>A timer of a <see cref="VirtualClock"/>, which guards what it is sorted by.</summary>
internal sealed class VirtualTimer(VirtualClock clock, ClockView? owner, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private volatile bool _isDisposed;

    public long DueAt { get; set; }

    public long Order { get; set; }

    public ClockView? Owner => owner;

    /// <summary>Gets the call of the author's code that made the timer; null when it was none.</summary>
    public UserCall? Call { get; } = UserCalls.Current;

    /// <summary>Gets whether the timer cancels something instead of ending a wait.</summary>
    public bool IsTimeout => state is CancellationTokenSource;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        if (_isDisposed || owner is { IsStopped: true })
            return false;
        _period = period;
        if (dueTime == Timeout.InfiniteTimeSpan)
            clock.Disarm(this);
        else
            clock.Arm(this, dueTime);
        return true;
    }

    public void Fire()
    {
        if (_isDisposed || owner is { IsStopped: true })
            return;
        if (_period > TimeSpan.Zero)
            clock.Arm(this, _period);
        callback(state);
    }

    public void Dispose()
    {
        _isDisposed = true;
        clock.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
