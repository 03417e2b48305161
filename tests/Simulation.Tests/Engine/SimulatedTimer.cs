namespace StreamWorker.Simulation;

/// <summary>A timer by the clock of one process, whose callback runs in that process.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
{
    private static readonly SendOrPostCallback s_fire = static due => ((Due)due!).Fire();

    private Due? _due;
    private TimeSpan _period;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _due = null;
        if (dueTime != Timeout.InfiniteTimeSpan)
            Arm(clock.Local + dueTime.Ticks);
        return true;
    }

    public void Dispose() => _due = null;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Arm(long at)
    {
        _due = new Due(this, at);
        clock.WakeAt(at, s_fire, _due);
    }

    private void Fire(Due due)
    {
        // A timer that was changed or disposed of in the meantime is due at another moment, or never.
        if (_due != due)
            return;
        if (clock.Local < due.At)
        {
            // The clock stood still meanwhile.
            clock.WakeAt(due.At, s_fire, due);
            return;
        }

        _due = null;
        if (_period > TimeSpan.Zero)
            Arm(due.At + _period.Ticks);
        callback(state);
    }

    private sealed class Due(SimulatedTimer timer, long at)
    {
        public long At => at;

        public void Fire() => timer.Fire(this);
    }
}
