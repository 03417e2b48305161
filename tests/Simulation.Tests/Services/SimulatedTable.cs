using System.Globalization;

namespace StreamWorker.Simulation;

/// <summary>The table that is written to, with its stream. Whatever happens to it goes into the ledger.</summary>
internal sealed class SimulatedTable
{
    private InMemoryTable _table;
    private readonly IReadOnlyList<Ledger> _ledgers;
    private readonly Ledger _ledger;
    private readonly Scheduler _scheduler;
    private readonly InMemoryStreams _streams;
    private readonly TimeProvider _time;
    private readonly Tally _tally;
    private readonly InMemoryTableOptions _options;
    private int _value;

    public SimulatedTable(InMemoryStreams streams, TimeProvider time, IReadOnlyList<Ledger> ledgers, Scheduler scheduler, Tally tally, int shards)
    {
        _streams = streams;
        _time = time;
        _tally = tally;
        _ledgers = ledgers;
        _ledger = ledgers[0];
        _scheduler = scheduler;
        _options = new InMemoryTableOptions { Shards = shards, View = StreamView.NewImage };
        _table = streams.CreateTable(Name, _options);
        Register();
    }

    public const string Name = "Orders";

    public InMemoryTable Table => _table;

    /// <summary>Gets the shards of the current stream that take records.</summary>
    public IReadOnlyList<ShardId> OpenShards => [.. _table.Shards.Where(shard => !shard.IsClosed).Select(shard => shard.Id)];

    /// <summary>Writes to an item.</summary>
    public RecordFacts Write(int item, int payloadBytes = 0) => Wrote(_table.Put(string.Create(
        CultureInfo.InvariantCulture, $$$"""{"id":{"S":"{{{item}}}"},"n":{"N":"{{{++_value}}}"},"p":{"S":"{{{new string('x', payloadBytes)}}}"}}"""))!);

    /// <summary>Puts a record into the stream whose image is none.</summary>
    public RecordFacts WriteMalformed(int item) => Wrote(_table.AppendMalformed(string.Create(CultureInfo.InvariantCulture, $$$"""{"id":{"S":"{{{item}}}"}}"""), "[17]"));

    /// <summary>Writes to items in turn.</summary>
    public void WriteMany(int count, int items)
    {
        for (var i = 0; i < count; i++)
            Write(i % items);
    }

    public ShardId Roll(ShardId shard)
    {
        var child = _table.RollShard(shard);
        Close(shard);
        Register();
        Say($"rolls {_ledger.Of(shard)} into {_ledger.Of(child)}");
        return child;
    }

    public IReadOnlyList<ShardId> Split(ShardId shard)
    {
        var children = _table.SplitShard(shard);
        Close(shard);
        Register();
        Say($"splits {_ledger.Of(shard)} into {string.Join(" and ", children.Select(_ledger.Of))}");
        return children;
    }

    /// <summary>Drops what is older than the retention, and the closed shards that hold nothing more.</summary>
    public void Trim(TimeSpan retention)
    {
        var horizon = _time.GetUtcNow() - retention;
        _table.Trim(retention);
        foreach (var record in _ledgers.SelectMany(ledger => ledger.Records).Where(record => record.Written.CreatedAt < horizon))
            record.IsTrimmed = true;
        foreach (var shard in _ledgers.SelectMany(ledger => ledger.Shards))
            shard.IsGone = !IsKept(shard);
        Say($"drops what is older than {retention}");
    }

    /// <summary>Drops the oldest records of a shard, up to a place.</summary>
    public void Drop(ShardFacts shard, int through)
    {
        _table.Trim(shard.Id, shard.Records[through].SequenceNumber);
        foreach (var record in _ledgers.SelectMany(ledger => ledger.Of(shard.Id).Records.Take(through + 1)))
            record.IsTrimmed = true;
        Say($"drops the records of {shard} up to {through}");
    }

    /// <summary>Drops a closed shard.</summary>
    public void DropShard(ShardFacts shard)
    {
        _table.TrimShard(shard.Id);
        foreach (var facts in _ledgers.Select(ledger => ledger.Of(shard.Id)))
        {
            facts.Records.ForEach(record => record.IsTrimmed = true);
            facts.IsGone = true;
        }

        Say($"drops {shard}");
    }

    /// <summary>Ends the stream and begins another one.</summary>
    public void Renew()
    {
        foreach (var shard in OpenShards)
            Close(shard);
        _table.DisableStream();
        _table.EnableStream();
        Register();
        _tally.Add("new streams");
        Say("has a new stream");
    }

    /// <summary>Deletes the table and makes another one of the same name. What was in the old stream can still be read.</summary>
    public void Recreate()
    {
        foreach (var shard in OpenShards)
            Close(shard);
        _streams.DeleteTable(Name);
        _table = _streams.CreateTable(Name, _options);
        Register();
        Say("is deleted and made anew");
    }

    /// <summary>Lets readers cross empty pages before what is written next.</summary>
    public void AddEmptyPages(ShardId shard, int count) => _table.AddEmptyPages(shard, count);

    private RecordFacts Wrote(WrittenRecord record)
    {
        var facts = _ledgers.Select(ledger => ledger.Wrote(record, _scheduler.Now)).ToList()[0];
        Say($"writes {facts}");
        return facts;
    }

    private bool IsKept(ShardFacts shard)
    {
        try
        {
            AtOnce.ResultOf(_streams.GetShardIteratorAsync(shard.Stream, shard.Id, IteratorStart.TrimHorizon, CancellationToken.None));
            return true;
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.NotFound)
        {
            return false;
        }
    }

    private void Register()
    {
        foreach (var shard in _table.Shards.Where(shard => _ledger.Find(shard.Id) is null))
        {
            foreach (var ledger in _ledgers)
                ledger.Opened(_table.StreamArn, shard.Id, shard.ParentId);
        }
    }

    private void Close(ShardId shard)
    {
        foreach (var ledger in _ledgers)
            ledger.Of(shard).IsClosed = true;
    }

    private void Say(string what) => _scheduler.History.Write(_scheduler.Now, "table", $"{what}");
}
