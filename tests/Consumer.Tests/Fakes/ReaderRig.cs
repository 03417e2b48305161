using System.Threading.Channels;

namespace StreamWorker.Consumer.Tests;

/// <summary>A reader of a table's first shard, whose pages a test takes one by one.</summary>
internal sealed class ReaderRig : IDisposable
{
    private readonly Channel<RecordPage> _channel = Channel.CreateBounded<RecordPage>(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _taken = [];
    private readonly World _world;
    private Task _reading = Task.CompletedTask;

    public ReaderRig(World world, double pollSeconds = 1)
    {
        _world = world;
        Streams = new InMemoryStreams(world.Clock);
        Table = Streams.CreateTable("Orders");
        Shard = Table.Shards[0];
        Tools = new ReaderTools(world.Clock, world.Entropy, TimeSpan.FromSeconds(pollSeconds), Budget, new SharedReads(ReadBudget.PageBytes, world.Clock));
    }

    public InMemoryStreams Streams { get; }

    public InMemoryTable Table { get; }

    public Shard Shard { get; set; }

    public ReaderTools Tools { get; }

    public ReadBudget Budget { get; } = new(4, 4 * ReadBudget.PageBytes);

    public RecordedGaps Gaps { get; } = new();

    public ReaderProgress Progress { get; } = new();

    public FakeLogger Log { get; } = new();

    /// <summary>Gets the event ids of the records that were taken, in order.</summary>
    public IReadOnlyList<string> Taken => _taken;

    public IReadOnlyList<string> Written => [.. Table.Records.Select(record => record.EventId)];

    public bool HasPage => _channel.Reader.TryPeek(out _);

    public bool IsAtEnd => _channel.Reader.Completion.IsCompleted;

    public Task Completion => _channel.Reader.Completion;

    public void Write(int count, string id = "a")
    {
        for (var i = 0; i < count; i++)
            Table.Put(new TestItem().With("id", id).With("n", Table.Records.Count));
    }

    public void Start(ReadPosition? position = null) =>
        _reading = new ShardReader(Streams, Table.StreamArn, Shard, Tools, Progress, Gaps, Log).ReadAsync(position ?? new ReadPosition(null, null, null), _channel.Writer, _stop.Token);

    /// <summary>Takes the pages that the reader hands on, until a condition holds.</summary>
    public async Task TakeUntilAsync(Func<bool> condition, double withinSeconds = 60)
    {
        await _world.UntilAsync(
            () =>
            {
                TakeAll();
                return condition();
            },
            withinSeconds);
    }

    public void TakeAll()
    {
        while (_channel.Reader.TryRead(out var page))
        {
            _taken.AddRange(page.Records.Select(record => record.EventId));
            page.Dispose();
        }
    }

    public async Task StopAsync()
    {
        _stop.Cancel();
        await _reading;
        TakeAll();
        Assert.Equal(0, Streams.OpenPages);
    }

    public int Count(StreamsOperation operation) => Streams.CountCalls(operation);

    public IReadOnlyList<IteratorStart> IteratorStarts => [.. Streams.Calls.Where(call => call.Start is not null).Select(call => call.Start!.Value)];

    public void Dispose() => _stop.Dispose();
}

/// <summary>Remembers gaps.</summary>
internal sealed class RecordedGaps : IGapSink
{
    public bool GoesOn { get; set; } = true;

    public List<(SequenceNumber? After, SequenceNumber? Before)> All { get; } = [];

    public ValueTask<bool> ReportAsync(ShardId shard, SequenceNumber? after, SequenceNumber? before, CancellationToken cancellationToken)
    {
        All.Add((after, before));
        return new(GoesOn);
    }
}
