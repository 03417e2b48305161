namespace StreamWorker.Consumer.Delivery;

/// <summary>Knows where the checkpoint of a shard stands and when it is to be stored. The position only grows, and never passes a record that is not finished. Owned by the delivery loop.</summary>
internal sealed class CheckpointTracker(TimeSpan interval, TimeProvider time)
{
    // After a failed write the store gets at least this long before the next one.
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(250);

    // What is handled and not stored is delivered again after a crash.
    private static readonly TimeSpan ShortestDebt = TimeSpan.FromSeconds(30);

    private long _dueAt;
    private long? _failingSince;

    /// <summary>Gets the last finished record; null before the first one.</summary>
    public SequenceNumber? Position { get; private set; }

    /// <summary>Gets whether the position has moved since it was stored.</summary>
    public bool IsDirty { get; private set; }

    public bool IsDue => IsDirty && TimeUntilDue <= TimeSpan.Zero;

    public TimeSpan TimeUntilDue
    {
        get
        {
            var now = time.GetTimestamp();
            return now >= _dueAt ? TimeSpan.Zero : time.GetElapsedTime(now, _dueAt);
        }
    }

    /// <summary>Notes that every record up to this one is finished.</summary>
    public void Finished(SequenceNumber position)
    {
        if (Position is { } last && position <= last)
            return;
        if (!IsDirty)
            _dueAt = Math.Max(_dueAt, Later(interval));
        Position = position;
        IsDirty = true;
    }

    /// <summary>Notes that what is kept together with the position has changed.</summary>
    public void Changed()
    {
        if (Position is null || IsDirty)
            return;
        _dueAt = Math.Max(_dueAt, Later(interval));
        IsDirty = true;
    }

    /// <summary>Gets whether the position could not be stored for so long, half a minute or ten intervals, that no more should be handled before it is.</summary>
    public bool IsOverdue => IsDirty && _failingSince is { } since && time.GetElapsedTime(since) >= (interval * 10 > ShortestDebt ? interval * 10 : ShortestDebt);

    /// <summary>Notes that the position was stored.</summary>
    public void Stored() => (IsDirty, _failingSince) = (false, null);

    /// <summary>Notes that the position could not be stored.</summary>
    public void NotStored()
    {
        _failingSince ??= time.GetTimestamp();
        _dueAt = Later(interval > ShortestRetry ? interval : ShortestRetry);
    }

    private long Later(TimeSpan delay) => time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
}
