namespace StreamWorker.Consumer.Shards;

/// <summary>How long a reader waits before it reads a shard again: not at all while there is more, longer and longer while there is nothing.</summary>
internal static class PollingSchedule
{
    // The service answers at most 1,000 records or 1 MB; an answer near either is taken for full.
    private const int FullPageRecords = 1000;
    private const int FullPageBytes = 900_000;

    // Empty answers are normal while an iterator crosses a stretch without records, so the first few say nothing.
    private const int EmptyPagesBeforeIdle = 5;

    // A shard that is begun has most often a busy parent, and its first record is on its way.
    private const int EmptyPagesOfBeginning = 3;

    private static readonly TimeSpan AfterRecords = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hot = TimeSpan.FromMilliseconds(250);

    /// <summary>Gives the pause after a page.</summary>
    /// <param name="records">How many records the page had.</param>
    /// <param name="bytes">How many bytes it had.</param>
    /// <param name="emptyPages">How many pages in a row had no record, this one included.</param>
    /// <param name="isClosed">Whether the shard is known to be closed: then it is only being emptied, and nothing new can come.</param>
    /// <param name="isBegun">Whether any record of the shard was read before.</param>
    /// <param name="longest">The longest pause.</param>
    public static TimeSpan Next(int records, int bytes, int emptyPages, bool isClosed, bool isBegun, TimeSpan longest)
    {
        if (isClosed || records >= FullPageRecords || (records > 0 && bytes >= FullPageBytes))
            return TimeSpan.Zero;
        if (records > 0 || (!isBegun && emptyPages <= EmptyPagesOfBeginning))
            return AfterRecords;
        if (emptyPages <= EmptyPagesBeforeIdle)
            return Hot;
        var doublings = Math.Min(emptyPages - EmptyPagesBeforeIdle, 20);
        var pause = Hot * Math.Pow(2, doublings);
        return pause < longest ? pause : longest;
    }
}
