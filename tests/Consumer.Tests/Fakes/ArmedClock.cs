using Microsoft.Extensions.Time.Testing;

namespace StreamWorker.Consumer.Tests;

/// <summary>A fake clock that knows when its next timer is due, so that time can be driven from timer to timer and never past one.</summary>
internal sealed class ArmedClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<ArmedTimer> _timers = [];

    /// <summary>Gets or sets how far the wall clock has run away from the monotonic one: what a suspended machine sees when it wakes up.</summary>
    public TimeSpan WallJump { get; set; }

    /// <summary>Gets the time until the next timer is due; null while none is armed.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock)
                return _timers.Min(timer => timer.DueAt) is { } due ? TimeSpan.FromTicks(Math.Max(0, due - GetTimestamp())) : null;
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallJump;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ArmedTimer(this);
        lock (_lock)
            _timers.Add(timer);
        timer.Arm(dueTime, period);
        timer.Inner = base.CreateTimer(
            inner =>
            {
                timer.Fired();
                callback(inner);
            },
            state,
            dueTime,
            period);
        return timer;
    }

    private sealed class ArmedTimer(ArmedClock clock) : ITimer
    {
        private TimeSpan _period;

        public ITimer? Inner { get; set; }

        public long? DueAt { get; private set; }

        public void Arm(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetTimestamp() + dueTime.Ticks;
        }

        public void Fired() => Arm(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period, _period);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Arm(dueTime, period);
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
            Inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
