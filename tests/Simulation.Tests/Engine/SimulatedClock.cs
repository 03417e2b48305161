namespace StreamWorker.Simulation;

/// <summary>
/// The clock of one process: its monotonic clock starts anywhere and runs a little too fast or too slow; its wall clock shows any time and jumps. A machine that is suspended
/// has a monotonic clock that stands still meanwhile, and a wall clock that does not.
/// </summary>
internal sealed class SimulatedClock(Scheduler scheduler, SimulatedProcess process) : TimeProvider
{
    private static readonly DateTimeOffset s_epoch = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private long _stoodStill;

    /// <summary>Gets the rate of the clock: 1.05 gains 5 %.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Gets where the monotonic clock started.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>Gets or sets how far the wall clock is from the truth.</summary>
    public TimeSpan WallOffset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets what the monotonic clock shows, in ticks.</summary>
    public long Local => Offset.Ticks + (long)((scheduler.Now - _stoodStill) * Rate);

    public override long GetTimestamp()
    {
        scheduler.IsOnItsThread();
        return Local;
    }

    public override DateTimeOffset GetUtcNow()
    {
        scheduler.IsOnItsThread();
        return s_epoch + WallOffset + TimeSpan.FromTicks((long)((scheduler.Now - _stoodStill) * Rate) + _stoodStill);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Notes that the machine was suspended.</summary>
    public void StandStill(long ticks) => _stoodStill += ticks;

    /// <summary>Runs something in the process when the monotonic clock shows a time, or a little earlier when it stands still until then.</summary>
    public void WakeAt(long local, SendOrPostCallback callback, object? state) =>
        scheduler.At(scheduler.Now + (long)Math.Ceiling(Math.Max(0, local - Local) / Rate), new Work(process, callback, state));
}
