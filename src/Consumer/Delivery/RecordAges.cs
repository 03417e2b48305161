using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Delivery;

/// <summary>How old records are. A record that does not say when it was made has no age.</summary>
internal static class RecordAges
{
    /// <summary>For how long the stream keeps a record.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    // Early enough for a destination that fails now and then.
    private static readonly TimeSpan s_spillAge = Retention - TimeSpan.FromHours(1);

    /// <summary>Gives the age of a record; null when it does not say.</summary>
    public static TimeSpan? Of(StreamRecord record, DateTimeOffset now) => now - TimeOf(record);

    /// <summary>Gives the time at which a record was made; null when it does not say, or cannot be read: then it is for its handler to find out.</summary>
    public static DateTimeOffset? TimeOf(StreamRecord record)
    {
        try
        {
            return record.ApproximateCreationTime;
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }

    /// <summary>Gives the age at which records are given up; null for none.</summary>
    public static TimeSpan? Limit(DeliveryOptions options) =>
        options.SpillsBeforeExpiry && !(options.MaximumAge <= s_spillAge) ? s_spillAge : options.MaximumAge;

    /// <summary>Counts the records from the first on that are older than they may be.</summary>
    public static int CountExpired(IReadOnlyList<PendingRecord> records, TimeSpan? limit, DateTimeOffset now)
    {
        var expired = 0;
        while (limit is { } longest && expired < records.Count && Of(records[expired].Record, now) > longest)
            expired++;
        return expired;
    }

    /// <summary>Tells how urgent it is to mend what holds a record up: 0 for not, 1 from half of the retention on, 2 from five sixths on.</summary>
    public static int Urgency(TimeSpan? age) => age >= Retention * 5 / 6 ? 2 : age >= Retention / 2 ? 1 : 0;
}
