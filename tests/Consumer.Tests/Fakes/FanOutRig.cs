using System.Threading.Channels;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Tests;

/// <summary>Several readers of a table's first shard in one process, each with its own position and pace.</summary>
internal sealed class FanOutRig
{
    private readonly World _world;
    private readonly List<Member> _members = [];

    public FanOutRig(World world, double pollSeconds = 1, int budgetPages = 64, long? sharedBytes = null)
    {
        _world = world;
        Streams = new InMemoryStreams(world.Clock);
        Table = Streams.CreateTable("Orders");
        Shard = Table.Shards[0];
        Budget = new ReadBudget(64, budgetPages * ReadBudget.PageBytes);
        Reads = new SharedReads(sharedBytes ?? budgetPages * ReadBudget.PageBytes / 4, world.Clock);
        Tools = new ReaderTools(world.Clock, world.Entropy, TimeSpan.FromSeconds(pollSeconds), Budget, Reads);
    }

    public InMemoryStreams Streams { get; }

    public InMemoryTable Table { get; }

    public Shard Shard { get; set; }

    public ReadBudget Budget { get; }

    public SharedReads Reads { get; }

    public ReaderTools Tools { get; }

    public IReadOnlyList<string> Written => [.. Table.Records.Select(record => record.EventId)];

    public int Count(StreamsOperation operation) => Streams.CountCalls(operation);

    public void Write(int count)
    {
        for (var i = 0; i < count; i++)
            Table.Put(new TestItem().With("id", "a").With("n", Table.Records.Count));
    }

    /// <summary>Writes some records at a time, at a steady rate.</summary>
    public async Task WriteSteadilyAsync(double seconds, double every = 0.1, int count = 2)
    {
        for (var passed = 0.0; passed < seconds; passed += every)
        {
            Write(count);
            await _world.PassAsync(every);
        }
    }

    public Member Start(SequenceNumber? after = null, DateTimeOffset? fromTime = null, string? warmIterator = null, SequenceNumber? at = null)
    {
        var member = new Member(this, _world);
        _members.Add(member);
        member.Start(new ReadPosition(after, fromTime, warmIterator) { At = at });
        return member;
    }

    public Task AllTakenAsync(double withinSeconds = 60) => _world.UntilAsync(() => _members.All(member => member.IsGone || member.Taken.Count == Table.Records.Count), withinSeconds, "everybody has everything");

    /// <summary>Stops all readers and holds that nothing is left behind.</summary>
    public async Task StopAsync()
    {
        foreach (var member in _members)
            await member.StopAsync();
        Assert.Equal((0, 0, 0L, 0L), (Streams.OpenPages, Budget.Reads, Budget.Bytes, Reads.Bytes));
    }

    /// <summary>A reader, and what takes its pages.</summary>
    internal sealed class Member(FanOutRig rig, World world)
    {
        private readonly Channel<RecordPage> _pages = Channel.CreateBounded<RecordPage>(1);
        private readonly CancellationTokenSource _stop = new();
        private readonly List<string> _taken = [];
        private TaskCompletionSource? _block;
        private Task _reading = Task.CompletedTask;
        private Task _taking = Task.CompletedTask;

        public IReadOnlyList<string> Taken => _taken;

        public bool IsGone { get; private set; }

        public bool IsAtEnd => _reading.IsCompleted && _pages.Reader.Completion.IsCompletedSuccessfully;

        public RecordedGaps Gaps { get; } = new();

        public ReaderProgress Progress { get; } = new();

        public FakeLogger Log { get; } = new();

        /// <summary>Gets or sets what a page takes to be handled.</summary>
        public Func<double>? Pace { get; set; }

        public Task Completion => _pages.Reader.Completion;

        public void Start(ReadPosition position)
        {
            _reading = new ShardReader(rig.Streams, rig.Table.StreamArn, rig.Shard, rig.Tools, Progress, Gaps, Log).ReadAsync(position, _pages.Writer, _stop.Token);
            _taking = TakeAsync();
        }

        /// <summary>Takes no more pages until <see cref="Unblock"/>; one that is held already stays held.</summary>
        public void Block() => _block ??= new TaskCompletionSource();

        public void Unblock()
        {
            _block?.TrySetResult();
            _block = null;
        }

        /// <summary>Stops reading in the middle of whatever it does.</summary>
        public void Cancel()
        {
            IsGone = true;
            _stop.Cancel();
        }

        public async Task StopAsync()
        {
            Cancel();
            Unblock();
            await _reading;
            await _taking;
        }

        private async Task TakeAsync()
        {
            try
            {
                while (await _pages.Reader.WaitToReadAsync())
                {
                    while (_pages.Reader.TryRead(out var page))
                        await HandleAsync(page);
                }
            }
            catch (OperationCanceledException)
            {
                // The reader was stopped.
            }
            catch (StreamWorkerException)
            {
                // The reader has failed, which is what a test looks at.
            }
        }

        private async Task HandleAsync(RecordPage page)
        {
            using (page)
            {
                if (_block is { } block)
                    await block.Task;
                if (Pace?.Invoke() is > 0 and var seconds)
                    await world.PassAsync(seconds);
                _taken.AddRange(page.Records.Select(record => record.EventId));
            }
        }
    }
}
