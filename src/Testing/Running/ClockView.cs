namespace StreamWorker.Testing.Running;

/// <summary>The clock as one worker has it: the same time as everybody's, and timers that end with the worker.</summary>
internal sealed class ClockView(VirtualClock clock) : TimeProvider
{
    private volatile bool _isStopped;

    /// <summary>Gets whether timers are armed no more.</summary>
    public bool IsStopped => _isStopped;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(this, callback, state, dueTime, period);

    /// <summary>Disarms what is armed, for good.</summary>
    public void Stop()
    {
        _isStopped = true;
        clock.Disarm(this);
    }
}
