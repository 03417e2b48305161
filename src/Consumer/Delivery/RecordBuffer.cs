namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Holds the unfinished records of a shard in stream order, and the pages that they are views of. Records can be finished in any order; the position is the last record before which
/// none is unfinished. Finished records in a row behind an unfinished one take the room of one. Owned by the delivery loop.
/// </summary>
internal sealed class RecordBuffer
{
    private readonly HashSet<HeldPage> _pages = [];
    private PendingRecord? _first;
    private PendingRecord? _last;

    /// <summary>Gets how many records are not finished.</summary>
    public int Unfinished { get; private set; }

    /// <summary>Gets how many bytes the unfinished records have.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the last record that is finished together with all before it; null before the first one.</summary>
    public SequenceNumber? Position { get; private set; }

    /// <summary>Gets the first record that is not finished; null when there is none.</summary>
    public PendingRecord? First => _first;

    /// <summary>Gets the finished records behind the position, in stream order: each row of them from its first to its last.</summary>
    public IEnumerable<(SequenceNumber From, SequenceNumber To)> FinishedBehind
    {
        get
        {
            for (var record = _first; record is not null; record = record.Behind)
            {
                if (record.IsFinished)
                    yield return (record.From, record.SequenceNumber);
            }
        }
    }

    /// <summary>Takes a page in.</summary>
    /// <returns>Its records, in stream order.</returns>
    public IReadOnlyList<PendingRecord> Add(RecordPage page)
    {
        if (page.Records.Count == 0)
        {
            page.Dispose();
            return [];
        }

        var held = new HeldPage(page);
        _pages.Add(held);
        var added = new List<PendingRecord>(page.Records.Count);
        foreach (var record in page.Records)
        {
            var pending = new PendingRecord(record, held) { Before = _last };
            if (_last is null)
                _first = pending;
            else
                _last.Behind = pending;
            _last = pending;
            added.Add(pending);
            Unfinished++;
            Bytes += pending.Size;
        }

        return added;
    }

    /// <summary>Notes that nothing is left to do with a record: nobody reads it any more.</summary>
    public void Finish(PendingRecord record)
    {
        Unfinished--;
        Bytes -= record.Size;
        Release(record.Finish());
        if (record.Before is { IsFinished: true } before)
        {
            record.From = before.From;
            Remove(before);
        }

        if (record.Behind is { IsFinished: true } behind)
        {
            behind.From = record.From;
            Remove(record);
            record = behind;
        }

        if (record.Before is not null)
            return;
        Position = record.SequenceNumber;
        Remove(record);
    }

    /// <summary>Copies a record that stays for longer, so that it does not hold its page.</summary>
    public void Detach(PendingRecord record) => Release(record.Detach());

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        foreach (var page in _pages)
            page.Abandon();
        _pages.Clear();
        (_first, _last, Unfinished, Bytes) = (null, null, 0, 0);
    }

    private void Remove(PendingRecord record)
    {
        if (record.Before is { } before)
            before.Behind = record.Behind;
        else
            _first = record.Behind;
        if (record.Behind is { } behind)
            behind.Before = record.Before;
        else
            _last = record.Before;
        (record.Before, record.Behind) = (null, null);
    }

    private void Release(HeldPage? page)
    {
        if (page is not null && page.Release())
            _pages.Remove(page);
    }
}
