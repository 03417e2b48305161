using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>A shard and what it holds. A position counts places from the shard's start, so it stays good when the front is trimmed.</summary>
internal sealed class ShardLog(ShardId id, long ordinal, ShardId? parent, SequenceNumber starting, HashRange range)
{
    private const int MaximumPageBytes = 1024 * 1024;

    private readonly List<LogEntry> _entries = [];
    private long _first;
    private SequenceNumber? _trimmedThrough;
    private int _openPages;
    private int _abandonedPages;

    public ShardId Id => id;

    public long Ordinal => ordinal;

    public ShardId? Parent => parent;

    public HashRange Range => range;

    public SequenceNumber? Ending { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public bool IsHidden { get; set; }

    /// <summary>Gets whether somebody has read the shard to its end since the last record came, or since its readers were forgotten.</summary>
    public bool IsReadToEnd { get; private set; }

    /// <summary>Gets how many pages are with readers, but for those that were forgotten.</summary>
    public int OpenPages => Math.Max(0, Volatile.Read(ref _openPages) - _abandonedPages);

    /// <summary>Gets the last record; null when the shard holds none.</summary>
    public SequenceNumber? Last => _entries.FindLast(entry => entry.IsRecord) is { IsRecord: true } last ? last.Number : null;

    public bool IsEmpty => !_entries.Exists(entry => entry.IsRecord);

    public Shard Describe() => new(id, parent, starting, Ending);

    public void Append(LogEntry entry)
    {
        _entries.Add(entry);
        IsReadToEnd = false;
    }

    /// <summary>Notes that a page has gone to a reader, or come back. Other threads may give pages back.</summary>
    public void CountPage(int change) => Interlocked.Add(ref _openPages, change);

    /// <summary>Forgets the readers: what they have they never give back.</summary>
    public void ForgetReaders()
    {
        _abandonedPages = Volatile.Read(ref _openPages);
        IsReadToEnd = false;
    }

    public void AppendEmptyPages(int count, DateTimeOffset now)
    {
        var number = _entries.Count > 0 ? _entries[^1].Number : _trimmedThrough ?? starting;
        for (var i = 0; i < count; i++)
            _entries.Add(new LogEntry(number, now, null));
    }

    public void Close(SequenceNumber ending, DateTimeOffset now)
    {
        Ending = ending;
        ClosedAt = now;
    }

    /// <summary>Drops the oldest records, those up to the last one that is to go and everything before it.</summary>
    public void Trim(Predicate<LogEntry> isToGo)
    {
        var last = _entries.FindLastIndex(entry => entry.IsRecord && isToGo(entry));
        if (last < 0)
            return;
        _trimmedThrough = _entries[last].Number;
        _entries.RemoveRange(0, last + 1);
        _first += last + 1;
    }

    /// <summary>Finds the position at which an iterator starts.</summary>
    /// <param name="start">Where it is to start.</param>
    /// <param name="highest">The highest number that the service has given out.</param>
    public long Resolve(IteratorStart start, SequenceNumber highest)
    {
        switch (start.Type)
        {
            case IteratorType.TrimHorizon:
                return _first;
            case IteratorType.Latest:
                return _first + _entries.Count;
            default:
                break;
        }

        var number = start.SequenceNumber!.Value;
        var isAfter = start.Type == IteratorType.AfterSequenceNumber;
        if (number < starting || number > (Ending ?? highest))
            throw StreamFaults.InvalidRequest($"Sequence number {number} is not one of shard {id}.");
        if (_trimmedThrough is { } trimmed && (isAfter ? number < trimmed : number <= trimmed))
            throw StreamFaults.Trimmed();
        if (isAfter)
            return _first + IndexBehind(number);
        var index = _entries.FindIndex(entry => entry.IsRecord && entry.Number >= number);
        return _first + (index < 0 ? _entries.Count : index);
    }

    /// <summary>Takes the records of one page.</summary>
    /// <param name="position">The iterator's position; afterwards that of the next one, or null when the shard is closed and read to its end.</param>
    /// <param name="limit">The most records.</param>
    public List<byte[]> Read(ref long? position, int limit)
    {
        if (position!.Value < _first)
            throw StreamFaults.Trimmed();
        if (position.Value > _first + _entries.Count)
            throw StreamFaults.InvalidRequest("Invalid ShardIterator");
        var records = new List<byte[]>();
        var bytes = 0;
        var index = (int)(position.Value - _first);
        while (index < _entries.Count && records.Count < limit)
        {
            var json = _entries[index].Json;
            if (json is null)
            {
                if (records.Count == 0)
                    index++;
                break;
            }

            if (records.Count > 0 && bytes + json.Length > MaximumPageBytes)
                break;
            records.Add(json);
            bytes += json.Length;
            index++;
        }

        IsReadToEnd = index == _entries.Count;
        position = Ending is not null && index == _entries.Count ? null : _first + index;
        return records;
    }

    /// <summary>Gives the index behind the record with a number; the empty pages that follow it are still to be crossed.</summary>
    private int IndexBehind(SequenceNumber number) => _entries.FindLastIndex(entry => entry.IsRecord && entry.Number <= number) + 1;
}
