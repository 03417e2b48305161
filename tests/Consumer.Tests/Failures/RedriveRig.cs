using System.Runtime.CompilerServices;
using System.Text;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Consumer.Tests.Failures;

/// <summary>A table in memory with its stream, a failure destination, and a handler that does as the test says.</summary>
internal sealed class RedriveRig : ICurrentItems, IBatchProcessor, IFailureArchive
{
    private readonly InMemoryFailureDestination _memory = new();
    private readonly List<ArchivedBatch> _pointers = [];

    public RedriveRig()
    {
        Streams = new InMemoryStreams(TimeProvider.System);
        Table = Streams.CreateTable("Orders");
        Redrive = new Redrive(this, Streams, this);
    }

    public InMemoryStreams Streams { get; }

    public InMemoryTable Table { get; }

    public Redrive Redrive { get; }

    /// <summary>Gets the batches that the handler was given.</summary>
    public List<(IReadOnlyList<string> Notes, BatchContext Context)> Handled { get; } = [];

    public List<string> Released { get; } = [];

    public Func<IReadOnlyList<StreamRecord>, BatchResult> Handler { get; set; } = _ => BatchResult.Succeeded;

    public Exception? ItemsFault { get; set; }

    public IReadOnlyList<DiscardedBatch> Kept => _memory.Batches;

    public IReadOnlyList<ArchivedBatch> Pointers => _pointers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string NoteOf(StreamRecord record) => $"{record.EventName} {(record.NewImage ?? record.OldImage)!.GetString("note")}";

    public WrittenRecord Put(string id, string note) => Table.Put(new TestItem().With("id", id).With("note", note))!;

    /// <summary>Gives up records of the table's stream together: themselves, or only where they are.</summary>
    public async Task GiveUpAsync(bool asPointer, params WrittenRecord[] written)
    {
        var iterator = await Streams.GetShardIteratorAsync(written[0].Stream, written[0].Shard, IteratorStart.TrimHorizon, Token);
        using var page = await Streams.GetRecordsAsync(written[0].Stream, iterator, null, Token);
        var batch = new DiscardedBatch
        {
            Consumer = "search",
            Stream = written[0].Stream,
            ShardId = written[0].Shard,
            Records = [.. page.Records.Where(record => written.Any(other => other.SequenceNumber == record.SequenceNumber))],
            Condition = DiscardCondition.RetryAttemptsExhausted,
            ApproximateInvokeCount = 2,
            IsFunctionError = true,
            RequestId = Guid.Empty,
            Timestamp = DateTimeOffset.UnixEpoch,
        };
        if (!asPointer)
        {
            await _memory.DeliverAsync(batch, Token);
            return;
        }

        var body = new System.Buffers.ArrayBufferWriter<byte>();
        FailureBody.WriteMessage(body, batch, "shop");
        Assert.True(DiscardNotice.TryRead(body.WrittenMemory, out var notice, out _));
        _pointers.Add(new ArchivedBatch($"message-{_pointers.Count + 1}", notice));
    }

    public void AddUnreadable(string id) => _pointers.Add(new ArchivedBatch(id, null, "it is something else"));

    public async Task<IReadOnlyList<RedriveResult>> DeliverAsync(bool allowStale = false, bool isDryRun = false, int batchSize = 100, IRecordFilter? filter = null)
    {
        var options = new RedriveOptions { Consumer = "search", AllowStale = allowStale, IsDryRun = isDryRun, BatchSize = batchSize, Filter = filter };
        var results = new List<RedriveResult>();
        await foreach (var result in Redrive.DeliverAsync(await Redrive.ListAsync(Token), this, options, Token))
            results.Add(result);
        return results;
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(StreamArn stream, Item keys, CancellationToken cancellationToken)
    {
        if (ItemsFault is { } fault)
            throw fault;
        return new(Table.Items.TryGetValue(Encoding.UTF8.GetString(keys.Utf8Json.Span), out var item) ? Encoding.UTF8.GetBytes(item) : (ReadOnlyMemory<byte>?)null);
    }

    public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        Handled.Add(([.. records.Select(NoteOf)], context));
        return new(Handler(records));
    }

    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var pointer in _pointers.ToList())
            yield return pointer;
        await foreach (var batch in _memory.ListAsync(cancellationToken))
            yield return batch;
    }

    public ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken) =>
        _pointers.Contains(batch) ? new((RecordPage?)null) : _memory.ReadAsync(batch, cancellationToken);

    public ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        _pointers.Remove(batch);
        return _memory.DeleteAsync(batch, cancellationToken);
    }

    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        Released.Add(batch.Id);
        return default;
    }
}
