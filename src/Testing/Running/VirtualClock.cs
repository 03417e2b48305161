namespace StreamWorker.Testing.Running;

/// <summary>
/// A clock that moves only when it is told to, from one armed timer to the next. Wall clock and monotonic clock never differ. Timers that are due at the same moment
/// fire in the order in which they were armed.
/// </summary>
/// <remarks>Safe for use by several threads, but for <see cref="Advance"/>, which one thread at a time may call. Callbacks run on that thread, outside of the lock.</remarks>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _armed = new(Comparer<VirtualTimer>.Create(static (one, other) => (one.DueAt, one.Order).CompareTo((other.DueAt, other.Order))));
    private long _now = start.UtcTicks;
    private long _order;

    /// <summary>Gets or sets what is told whenever a timer is armed, on the thread that arms it.</summary>
    public Action? OnArmed { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets the time until the next timer is due; null while none is armed.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock)
                return _armed.Min is { } next ? TimeSpan.FromTicks(next.DueAt - _now) : null;
        }
    }

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => CreateTimer(null, callback, state, dueTime, period);

    /// <summary>Makes a timer of an owner; see <see cref="Disarm(ClockView)"/>.</summary>
    public VirtualTimer CreateTimer(ClockView? owner, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, owner, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass to the next moment at which a timer is due, and fires those that are due then.</summary>
    /// <param name="limit">The most time that passes.</param>
    public void Advance(TimeSpan limit)
    {
        long now;
        long order;
        lock (_lock)
        {
            now = Math.Max(_now, Math.Min(_now + limit.Ticks, _armed.Min?.DueAt ?? long.MaxValue));
            Volatile.Write(ref _now, now);
            order = _order;
        }

        while (TakeDue(now, order) is { } timer)
            timer.Fire();
    }

    /// <summary>Tells whether one of the armed timers is such a one.</summary>
    public bool HasArmed(Func<VirtualTimer, bool> predicate)
    {
        lock (_lock)
            return _armed.Any(predicate);
    }

    /// <summary>Disarms all timers of an owner.</summary>
    public void Disarm(ClockView owner)
    {
        lock (_lock)
            _armed.RemoveWhere(timer => timer.Owner == owner);
    }

    public void Disarm(VirtualTimer timer)
    {
        lock (_lock)
            _armed.Remove(timer);
    }

    public void Arm(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            timer.DueAt = Math.Min(DateTimeOffset.MaxValue.Ticks, _now + dueTime.Ticks);
            timer.Order = ++_order;
            _armed.Add(timer);
        }

        OnArmed?.Invoke();
    }

    /// <summary>Takes the next timer that is due, but none that was armed while the others fired.</summary>
    private VirtualTimer? TakeDue(long now, long order)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } timer || timer.DueAt > now || timer.Order > order)
                return null;
            _armed.Remove(timer);
            return timer;
        }
    }
}
