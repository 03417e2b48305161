namespace StreamWorker.Consumer.Hosting;

/// <summary>The system's clock, with timers that fire on one thread of their own. What they call must not block. One-shot timers alone.</summary>
internal sealed class OwnTimers : TimeProvider, IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly HashSet<Entry> _armed = [];
    private bool _isOver;

    public OwnTimers(string name) => new Thread(Work) { IsBackground = true, Name = name }.Start();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
            throw new NotSupportedException("These timers fire once.");
        var entry = new Entry(this, callback, state);
        entry.Change(dueTime, period);
        return entry;
    }

    public void Dispose()
    {
        lock (_gate)
            _isOver = true;
        _changed.Set();
    }

    private void Work()
    {
        var due = new List<Entry>();
        while (Collect(due) is { } wait)
        {
            foreach (var entry in due)
                entry.Fire();
            if (due.Count == 0)
                _changed.WaitOne(wait);
            due.Clear();
        }

        _changed.Dispose();
    }

    /// <summary>Takes out what is due, and gives the time until something else is. Null when it is over.</summary>
    private TimeSpan? Collect(List<Entry> due)
    {
        lock (_gate)
        {
            if (_isOver)
                return null;
            var now = GetTimestamp();
            due.AddRange(_armed.Where(entry => entry.DueAt <= now));
            _armed.ExceptWith(due);
            // A fraction of a millisecond would be waited for in a busy loop.
            return _armed.Count == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(int.MaxValue - 1, Math.Ceiling(GetElapsedTime(now, _armed.Min(entry => entry.DueAt)).TotalMilliseconds)));
        }
    }

    private sealed class Entry(OwnTimers owner, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                if (owner._isOver)
                    return false;
                owner._armed.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = owner.GetTimestamp() + (long)(dueTime.TotalSeconds * owner.TimestampFrequency);
                    owner._armed.Add(this);
                }

                owner._changed.Set();
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._gate)
                owner._armed.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
