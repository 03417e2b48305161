using System.Runtime.CompilerServices;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Testing;

/// <summary>A failure destination in memory: it keeps what it is given, and fails when a test says so.</summary>
/// <remarks>As a table or a folder does, it keeps the records themselves, and a batch that is delivered again once. Safe for use by several threads.</remarks>
public sealed class InMemoryFailureDestination : IFailureDestination, IFailureArchive
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly Queue<Func<Exception>> _faults = [];
    private int _calls;

    /// <summary>Gets or sets whether every call fails, as that of a destination that cannot be reached.</summary>
    /// <value>The default is false.</value>
    public bool IsDown { get; set; }

    /// <summary>Gets how often something was delivered, failures included.</summary>
    public int Calls
    {
        get
        {
            lock (_lock)
                return _calls;
        }
    }

    /// <summary>Gets the batches that are kept, in the order in which they came first. Their records own their bytes.</summary>
    public IReadOnlyList<DiscardedBatch> Batches
    {
        get
        {
            lock (_lock)
                return [.. _entries.Select(entry => entry.Batch)];
        }
    }

    /// <summary>Gets the records of all batches.</summary>
    public IReadOnlyList<StreamRecord> Records => [.. Batches.SelectMany(batch => batch.Records)];

    /// <summary>Lets the next calls fail.</summary>
    /// <param name="times">How many. At least 1.</param>
    /// <param name="error">Makes what they fail with; null for an <see cref="IOException"/>.</param>
    public void FailNext(int times = 1, Func<Exception>? error = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_lock)
        {
            for (var i = 0; i < times; i++)
                _faults.Enqueue(error ?? (static () => new IOException("The test has ordered this failure.")));
        }
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _calls++;
            if (_faults.TryDequeue(out var fault))
                throw fault();
            if (IsDown)
                throw new IOException("The failure destination cannot be reached: the test says so.");
            var entry = new Entry(IdOf(batch), Detach(batch));
            var place = _entries.FindIndex(other => other.Id == entry.Id);
            if (place < 0)
                _entries.Add(entry);
            else
                _entries[place] = entry;
        }

        return default;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Entry> entries;
        lock (_lock)
            entries = [.. _entries];
        foreach (var entry in entries)
        {
            await Task.CompletedTask;
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ArchivedBatch(entry.Id, NoticeOf(entry.Batch));
        }
    }

    /// <inheritdoc/>
    public ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_lock)
        {
            var kept = _entries.Find(entry => entry.Id == batch.Id)?.Batch ?? throw new InvalidDataException($"The batch '{batch.Id}' is there no more.");
            return new ValueTask<RecordPage?>(FailureBody.ReadRecords(FailureBody.EventOf(kept.Records), kept.Stream));
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_lock)
            _entries.RemoveAll(entry => entry.Id == batch.Id);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken) => default;

    private static string IdOf(DiscardedBatch batch) =>
        $"{batch.Consumer}/{batch.Stream}/{batch.ShardId}/{BatchItemFailure.Of(batch.Records[0]).ItemIdentifier}-{BatchItemFailure.Of(batch.Records[^1]).ItemIdentifier}";

    private static DiscardedBatch Detach(DiscardedBatch batch) => new()
    {
        Consumer = batch.Consumer,
        Stream = batch.Stream,
        ShardId = batch.ShardId,
        Records = [.. batch.Records.Select(record => record.Detach())],
        Condition = batch.Condition,
        ApproximateInvokeCount = batch.ApproximateInvokeCount,
        IsFunctionError = batch.IsFunctionError,
        RequestId = batch.RequestId,
        Timestamp = batch.Timestamp,
        Error = batch.Error,
    };

    private static DiscardNotice NoticeOf(DiscardedBatch batch) => new()
    {
        FunctionArn = FailureBody.FunctionArnOf("memory", batch.Consumer),
        Stream = batch.Stream,
        ShardId = batch.ShardId,
        First = SequenceNumber.TryParse(BatchItemFailure.Of(batch.Records[0]).ItemIdentifier, out var first) ? first : null,
        Last = SequenceNumber.TryParse(BatchItemFailure.Of(batch.Records[^1]).ItemIdentifier, out var last) ? last : null,
        Count = batch.Records.Count,
        Condition = batch.Condition,
        ApproximateInvokeCount = batch.ApproximateInvokeCount,
        Timestamp = batch.Timestamp,
        Error = batch.Error,
    };

    private sealed record Entry(string Id, DiscardedBatch Batch);
}
