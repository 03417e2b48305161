using System.Globalization;

namespace StreamWorker.Simulation;

/// <summary>The table that is written to, with its stream. Whatever happens to it goes into the ledger.</summary>
internal sealed class SimulatedTable
{
    private readonly InMemoryTable _table;
    private readonly Ledger _ledger;
    private readonly Scheduler _scheduler;
    private readonly InMemoryStreams _streams;
    private int _value;

    public SimulatedTable(InMemoryStreams streams, Ledger ledger, Scheduler scheduler, int shards)
    {
        _streams = streams;
        _ledger = ledger;
        _scheduler = scheduler;
        _table = streams.CreateTable(Name, new InMemoryTableOptions { Shards = shards, View = StreamView.NewImage });
        Register();
    }

    public const string Name = "Orders";

    public InMemoryTable Table => _table;

    /// <summary>Gets the shards of the current stream that take records.</summary>
    public IReadOnlyList<ShardId> OpenShards => [.. _table.Shards.Where(shard => !shard.IsClosed).Select(shard => shard.Id)];

    /// <summary>Writes to an item.</summary>
    public RecordFacts Write(int item)
    {
        var record = _table.Put(string.Create(CultureInfo.InvariantCulture, $$$"""{"id":{"S":"{{{item}}}"},"n":{"N":"{{{++_value}}}"}}"""))!;
        var facts = _ledger.Wrote(record);
        Say($"writes {facts}");
        return facts;
    }

    /// <summary>Writes to items in turn.</summary>
    public void WriteMany(int count, int items)
    {
        for (var i = 0; i < count; i++)
            Write(i % items);
    }

    public ShardId Roll(ShardId shard)
    {
        var child = _table.RollShard(shard);
        Register();
        Say($"rolls {_ledger.Of(shard)} into {_ledger.Of(child)}");
        return child;
    }

    public IReadOnlyList<ShardId> Split(ShardId shard)
    {
        var children = _table.SplitShard(shard);
        Register();
        Say($"splits {_ledger.Of(shard)} into {string.Join(" and ", children.Select(_ledger.Of))}");
        return children;
    }

    private void Register()
    {
        foreach (var shard in _table.Shards.Where(shard => _ledger.Find(shard.Id) is null))
            _ledger.Opened(shard.Id, shard.ParentId);
    }

    private void Say(string what) => _scheduler.History.Write(_scheduler.Now, "table", $"{what}");
}
