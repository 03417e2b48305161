namespace StreamWorker.Consumer.Tests;

/// <summary>A table with its stream, a lease store, and the workers that consume it together; remembers every delivery.</summary>
internal sealed class Fleet
{
    private readonly List<Delivery> _deliveries = [];
    private readonly List<WorkerRig> _workers = [];
    private int _value;

    public Fleet(World world, InMemoryTableOptions? table = null)
    {
        World = world;
        Streams = new InMemoryStreams(world.Clock);
        Table = Streams.CreateTable("Orders", table);
    }

    public World World { get; }

    public InMemoryStreams Streams { get; }

    public InMemoryTable Table { get; set; }

    public InMemoryLeaseStore Store { get; } = new();

    /// <summary>Gets every delivery of a record that was handled, in order.</summary>
    public IReadOnlyList<Delivery> Deliveries => _deliveries;

    /// <summary>Gets the event ids that were handled, in the order of their first delivery.</summary>
    public IReadOnlyList<string> Handled => [.. _deliveries.Select(delivery => delivery.EventId).Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<string> Written => [.. Table.Records.Select(record => record.EventId)];

    public bool IsAllHandled => Written.ToHashSet(StringComparer.Ordinal).IsSubsetOf(_deliveries.Select(delivery => delivery.EventId));

    public LeaseScope Scope => new("orders", "search", Table.StreamArn);

    public WorkerRig Add(string name, Action<ConsumerOptions>? consumer = null, Action<StreamWorkerOptions>? worker = null)
    {
        var rig = new WorkerRig(this, name, consumer, worker);
        _workers.Add(rig);
        return rig;
    }

    /// <summary>Writes to items in turn.</summary>
    public void Write(int count, int items = 5)
    {
        for (var i = 0; i < count; i++)
        {
            _value++;
            Table.Put(new TestItem().With("id", $"item-{_value % items}").With("n", _value));
        }
    }

    public Lease? LeaseOf(ShardId shard) => Store.Find(Scope, shard);

    public void Note(Delivery delivery) => _deliveries.Add(delivery);

    public Task AllHandledAsync(double withinSeconds = 60) => World.UntilAsync(() => IsAllHandled, withinSeconds, "every record is handled");

    /// <summary>Stops all workers and holds what must be true of every run.</summary>
    public async Task CloseAsync()
    {
        foreach (var worker in _workers)
            await worker.StopAsync();
        Assert.Equal(0, Streams.OpenPages);
        AssertInOrder();
        AssertCheckpoints();
    }

    /// <summary>No item sees a record for the first time after a newer one, and none sees an older one again within one epoch (I2).</summary>
    public void AssertInOrder()
    {
        foreach (var item in Table.Records.GroupBy(record => record.Keys))
        {
            var order = item.Select((record, index) => (record.EventId, index)).ToDictionary(pair => pair.EventId, pair => pair.index, StringComparer.Ordinal);
            var seen = _deliveries.Where(delivery => order.ContainsKey(delivery.EventId)).ToList();
            var first = seen.DistinctBy(delivery => delivery.EventId).Select(delivery => order[delivery.EventId]).ToList();
            Assert.Equal(first.Order(), first);
            foreach (var epoch in seen.GroupBy(delivery => (delivery.Shard, delivery.Epoch)))
                Assert.Equal(epoch.Select(delivery => order[delivery.EventId]).Order(), epoch.Select(delivery => order[delivery.EventId]));
        }
    }

    /// <summary>No checkpoint passes a record that was not handled before, and none goes back (I3).</summary>
    private void AssertCheckpoints()
    {
        var handled = _deliveries.Select(delivery => delivery.EventId).ToHashSet(StringComparer.Ordinal);
        foreach (var shard in Store.Checkpoints.Where(entry => entry.Outcome == CheckpointOutcome.Stored && entry.Position is not null).GroupBy(entry => entry.Shard))
        {
            var highest = shard.Max(entry => entry.Position!.Value);
            Assert.All(Table.Records.Where(record => record.Shard == shard.Key && record.SequenceNumber <= highest && !Passed.Contains(record.EventId)), record => Assert.Contains(record.EventId, handled));
            foreach (var epoch in shard.GroupBy(entry => entry.Epoch))
                Assert.Equal(epoch.Select(entry => entry.Position!.Value).Order(), epoch.Select(entry => entry.Position!.Value));
        }
    }

    /// <summary>Gets the records that no worker is to see: written before a start for new records, or trimmed.</summary>
    public HashSet<string> Passed { get; } = new(StringComparer.Ordinal);

    /// <summary>No two workers had a record of one shard in their handlers at the same time (I4).</summary>
    public void AssertNoOverlap()
    {
        foreach (var shard in _deliveries.GroupBy(delivery => delivery.Shard))
        {
            var spans = shard.OrderBy(delivery => delivery.From).ToList();
            for (var i = 1; i < spans.Count; i++)
                Assert.True(spans[i].Worker == spans[i - 1].Worker || spans[i].From >= spans[i - 1].To, $"{spans[i - 1]} and {spans[i]}");
        }
    }

    internal sealed record Delivery(string Worker, string EventId, string Shard, long Epoch, int Attempt, long From, long To);
}
