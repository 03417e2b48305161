namespace StreamWorker.Consumer.Delivery.Windows;

/// <summary>Says which window a record belongs to, and when a window is complete. Windows of one length follow one another without gap or overlap, from 1970 on.</summary>
internal static class TumblingWindows
{
    /// <summary>Gives the window that a time lies in.</summary>
    /// <param name="time">The time, of any offset.</param>
    /// <param name="length">The windows' length, above 0.</param>
    public static TumblingWindow Of(DateTimeOffset time, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        var since = (time - DateTimeOffset.UnixEpoch).Ticks;
        var start = DateTimeOffset.UnixEpoch.AddTicks(since - (((since % length.Ticks) + length.Ticks) % length.Ticks));
        return new TumblingWindow(start, length < DateTimeOffset.MaxValue - start ? start + length : DateTimeOffset.MaxValue);
    }

    /// <summary>Says what comes next.</summary>
    /// <param name="current">The window that is open; null for none.</param>
    /// <param name="times">
    /// The times of the next records, in stream order; null for one that has none. Such a record belongs to the window that is open, and so does one that is older than it:
    /// times are rounded, and the stream's order is another.
    /// </param>
    /// <param name="length">The windows' length, above 0.</param>
    /// <param name="readThrough">The time before which every record of the shard has been read, these included; null when it is not known. A quiet shard's window ends by it.</param>
    /// <param name="isShardEnd">Whether the shard has no record behind these.</param>
    public static WindowStep Next(TumblingWindow? current, IReadOnlyList<DateTimeOffset?> times, TimeSpan length, DateTimeOffset? readThrough, bool isShardEnd)
    {
        ArgumentNullException.ThrowIfNull(times);
        if ((current ?? Opened(times, length)) is not { } window)
            return default;
        var count = 0;
        while (count < times.Count && !(times[count] >= window.End))
            count++;
        return new WindowStep(window, count, count < times.Count || isShardEnd || readThrough >= window.End);
    }

    /// <summary>Gives the window that the first record with a time opens. When none has one they belong to the first window of all, the same at each delivery.</summary>
    private static TumblingWindow? Opened(IReadOnlyList<DateTimeOffset?> times, TimeSpan length) =>
        times.Count == 0 ? null : Of(times.FirstOrDefault(time => time is not null) ?? DateTimeOffset.UnixEpoch, length);
}
