namespace StreamWorker.Consumer.Shards;

/// <summary>An answer of the service, kept for other readers of the shard: what it holds of the shard, and for whom that is good.</summary>
/// <param name="page">The answer as it was received. It is lent by <see cref="RecordPage.Share"/> and never changed.</param>
/// <param name="place">Where it was read.</param>
/// <param name="number">Which answer of the shard it is: each one has a higher number than those before it.</param>
/// <param name="readAt">When it was received, which is when its iterator was issued.</param>
internal sealed class SharedPage(RecordPage page, ReadPlace place, long number, long readAt)
{
    private readonly SequenceNumber? _first = page.Records is [var first, ..] ? first.SequenceNumber : null;
    private readonly SequenceNumber? _last = page.Records is [.., var last] ? last.SequenceNumber : null;

    public RecordPage Page => page;

    public long Number => number;

    public long ReadAt => readAt;

    public int Bytes => page.SizeInBytes;

    /// <summary>Gets the place behind it.</summary>
    public ReadPlace Behind => _last is null ? place : ReadPlace.Behind(_last);

    /// <summary>Gets whether it says more than that there is nothing new.</summary>
    public bool HasNews => _last is not null || page.NextShardIterator is null;

    /// <summary>
    /// Tells whether this is a true answer for a reader: it holds the next record behind the reader's place. What was read from the oldest record on says nothing about those before
    /// its first record, which may be lost.
    /// </summary>
    /// <param name="at">Where the reader is.</param>
    /// <param name="seen">The number of the newest answer that the reader knows of: an older one is not given to it for the same place twice.</param>
    public bool Serves(ReadPlace at, long seen) => _last is { } last && at.After is { } after
        ? after < last && after >= (place.After ?? _first)
        : at == place && number > seen;

    /// <summary>Gives a reader whom this serves what is behind its place.</summary>
    public RecordPage LendTo(ReadPlace at)
    {
        var lent = page.Share();
        if (_last is not null && at.After is { } after)
        {
            var known = 0;
            while (known < page.Records.Count && page.Records[known].SequenceNumber <= after)
                known++;
            lent.SkipFirst(known);
        }

        return lent;
    }

    /// <summary>Tells whether a reader may come to it yet.</summary>
    public bool IsAhead(ReadPlace at, long seen) => _last is { } last && at.After is { } after ? after < last : at == place && number > seen;
}
