namespace StreamWorker.Simulation;

/// <summary>What is true in a run: every record that was written, the shard and the item that it belongs to, and what became of it.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<SequenceNumber, RecordFacts> _records = [];
    private readonly Dictionary<ShardId, ShardFacts> _shards = [];
    private readonly Dictionary<string, List<RecordFacts>> _items = new(StringComparer.Ordinal);

    /// <summary>Gets how many records are neither handled nor excused.</summary>
    public int Unfinished { get; private set; }

    public int Written => _records.Count;

    /// <summary>Gets how many records were handled that a reset had asked for.</summary>
    public int Repeated { get; private set; }

    /// <summary>Gets how many times a record was handled again.</summary>
    public int Duplicates { get; private set; }

    public IReadOnlyCollection<ShardFacts> Shards => _shards.Values;

    public IEnumerable<RecordFacts> Records => _records.Values;

    public ShardFacts Of(ShardId shard) => _shards[shard];

    public ShardFacts? Find(ShardId shard) => _shards.GetValueOrDefault(shard);

    public RecordFacts Of(StreamRecord record) => _records[record.SequenceNumber];

    public void Opened(StreamArn stream, ShardId shard, ShardId? parent)
    {
        var from = parent is { } id ? _shards[id] : null;
        var facts = new ShardFacts(stream, shard, from, _shards.Count);
        _shards.Add(shard, facts);
        from?.Children.Add(facts);
    }

    public RecordFacts Wrote(WrittenRecord record, long now)
    {
        if (!_items.TryGetValue(record.Keys, out var item))
            _items.Add(record.Keys, item = []);
        var shard = _shards[record.Shard];
        var facts = new RecordFacts(record, shard, shard.Records.Count, item, item.Count, _records.Count, now);
        shard.Records.Add(facts);
        item.Add(facts);
        _records.Add(record.SequenceNumber, facts);
        Unfinished++;
        return facts;
    }

    public void Handled(RecordFacts record, long now, long epoch)
    {
        var wasFinished = record.IsFinished;
        if (record.OwedSince is { } owed && epoch >= owed)
        {
            record.OwedSince = null;
            Repeated++;
        }
        else if (record.IsHandled)
        {
            Duplicates++;
            return;
        }

        if (!record.IsHandled)
            (record.IsHandled, record.HandledAt) = (true, now);
        if (!wasFinished && record.IsFinished)
            Unfinished--;
    }

    /// <summary>Notes that the records of a shard are owed again, and that others are not asked for.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="isWanted">Tells which are owed, of those that are still there.</param>
    /// <param name="epoch">The epoch of the reset.</param>
    public void Reset(ShardFacts shard, Func<RecordFacts, bool> isWanted, long epoch)
    {
        foreach (var record in shard.Records)
        {
            var was = record.IsFinished;
            if (isWanted(record) && !record.IsTrimmed && !shard.IsGone)
            {
                record.OwedSince = epoch;
                record.IsExcused = false;
            }
            else
                (record.OwedSince, record.IsExcused) = (null, true);
            Unfinished += (was ? 1 : 0) - (record.IsFinished ? 1 : 0);
        }

        shard.CountFinishedAnew();
        shard.WasReset = true;
    }

    /// <summary>Notes that a record need not be handled: it was written before a start for new records, or is part of a reported gap.</summary>
    public void Excuse(RecordFacts record)
    {
        if (!record.IsFinished)
            Unfinished--;
        record.IsExcused = true;
    }
}

/// <summary>A record that was written.</summary>
internal sealed class RecordFacts(WrittenRecord written, ShardFacts shard, int inShard, List<RecordFacts> item, int inItem, int number, long at)
{
    public WrittenRecord Written => written;

    public SequenceNumber SequenceNumber => written.SequenceNumber;

    public ShardFacts Shard => shard;

    /// <summary>Gets the place in the shard, from 0.</summary>
    public int InShard => inShard;

    /// <summary>Gets the records of the same item, in the order of the writes.</summary>
    public IReadOnlyList<RecordFacts> Item => item;

    /// <summary>Gets the place among those, from 0.</summary>
    public int InItem => inItem;

    /// <summary>Gets the place among all records of the run, from 0.</summary>
    public int Number => number;

    public bool IsHandled { get; set; }

    /// <summary>Gets when it was written, in true time.</summary>
    public long WrittenAt => at;

    /// <summary>Gets or sets when it was handled for the first time, in true time.</summary>
    public long HandledAt { get; set; }

    /// <summary>Gets or sets whether nobody need handle it.</summary>
    public bool IsExcused { get; set; }

    /// <summary>Gets or sets whether the stream has dropped it.</summary>
    public bool IsTrimmed { get; set; }

    /// <summary>Gets or sets the epoch of the reset since which it is owed once more; null when it is not.</summary>
    public long? OwedSince { get; set; }

    public bool IsFinished => IsExcused || (IsHandled && OwedSince is null);

    /// <summary>Gets whether it was ever finished: what a reset asks for once more follows its own order.</summary>
    public bool WasFinished => IsExcused || IsHandled;

    public override string ToString() => $"#{number} ({written.Keys}, change {inItem + 1}, {shard} at {inShard})";
}

/// <summary>A shard, and how far its consumer has come by what the lease table has accepted.</summary>
internal sealed class ShardFacts(StreamArn stream, ShardId id, ShardFacts? parent, int number)
{
    private int _finished;

    public StreamArn Stream => stream;

    public ShardId Id => id;

    /// <summary>Gets the place among all shards of the run, from 0.</summary>
    public int Number => number;

    public ShardFacts? Parent => parent;

    public List<ShardFacts> Children { get; } = [];

    public List<RecordFacts> Records { get; } = [];

    /// <summary>Gets or sets whether it takes no more records.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Gets or sets whether the stream no longer has it.</summary>
    public bool IsGone { get; set; }

    /// <summary>Gets or sets whether its lease is done.</summary>
    public bool IsDone { get; set; }

    /// <summary>Gets or sets whether its lease was ever reset.</summary>
    public bool WasReset { get; set; }

    /// <summary>Gets how often its row was deleted by hand: epochs begin anew with the next one.</summary>
    public int Row { get; private set; }

    /// <summary>Gets or sets the highest epoch that its lease has had; null while there is no lease.</summary>
    public long? Epoch { get; set; }

    /// <summary>Gets or sets the highest position that was ever stored.</summary>
    public SequenceNumber? Checkpoint { get; set; }

    /// <summary>Gets the deliveries that have been begun and not ended.</summary>
    public List<ActiveBatch> Active { get; } = [];

    /// <summary>Gets or sets the highest epoch under which a delivery was begun.</summary>
    public long DeliveredEpoch { get; set; }

    /// <summary>Gets the first record that is not finished; null when all are.</summary>
    public RecordFacts? FirstUnfinished
    {
        get
        {
            while (_finished < Records.Count && Records[_finished].IsFinished)
                _finished++;
            return _finished < Records.Count ? Records[_finished] : null;
        }
    }

    /// <summary>Has what is finished counted from the first record on: a reset has made some of it unfinished.</summary>
    public void CountFinishedAnew() => _finished = 0;

    /// <summary>Forgets what its lease was.</summary>
    public void ForgetRow()
    {
        Row++;
        (Epoch, Checkpoint, IsDone, DeliveredEpoch) = (null, null, false, 0);
    }

    public override string ToString() => $"shard {number}";
}
