using StreamWorker.Diagnostics;

namespace StreamWorker.Testing.Running;

/// <summary>What became of every record that reached the consumer, over all lives of the worker. Safe for use by several threads.</summary>
internal sealed class DeliveryLog(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DeliveredRecord> _records = new(StringComparer.Ordinal);
    private readonly List<RecordDelivery> _deliveries = [];
    private readonly List<OpenBatch> _open = [];
    private readonly Dictionary<ShardId, ShardProgress> _shards = [];
    private long _changes;

    /// <summary>Gets a number that grows with everything that begins or ends.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Gets the deliveries that have ended, in order.</summary>
    public IReadOnlyList<RecordDelivery> Deliveries
    {
        get
        {
            lock (_lock)
                return [.. _deliveries];
        }
    }

    /// <summary>Gets the batches that are with the consumer.</summary>
    public IReadOnlyList<OpenBatch> Open
    {
        get
        {
            lock (_lock)
                return [.. _open.Where(batch => !batch.Worker.IsKilled)];
        }
    }

    /// <summary>Gets whether a batch is with the consumer.</summary>
    public bool HasOpen
    {
        get
        {
            lock (_lock)
                return _open.Exists(batch => !batch.Worker.IsKilled);
        }
    }

    public OpenBatch Begin(HarnessWorker worker, IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        var batch = new OpenBatch(this, worker, records, context);
        lock (_lock)
        {
            _open.Add(batch);
            _changes++;
        }

        return batch;
    }

    /// <summary>Gives the one object that stands for a record in every delivery of it.</summary>
    public DeliveredRecord Track(StreamRecord record, ShardId? shard)
    {
        lock (_lock)
        {
            if (Identity(record) is not { } identity)
                return new DeliveredRecord(record, shard);
            if (!_records.TryGetValue(identity, out var tracked))
                _records.Add(identity, tracked = new DeliveredRecord(record, shard));
            return tracked;
        }
    }

    public void Note(DeliveredRecord record, DeliveryOutcome outcome, Exception? error, BatchContext context)
    {
        lock (_lock)
        {
            _deliveries.Add(record.Add(outcome, error, context, clock.GetUtcNow()));
            _changes++;
        }
    }

    /// <summary>Notes the end of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="finished">The last record from its start on that is finished; null when none is.</param>
    /// <param name="failed">The first record that is not, when that is its own fault.</param>
    public void End(OpenBatch batch, DeliveredRecord? finished, DeliveredRecord? failed)
    {
        lock (_lock)
        {
            _open.Remove(batch);
            _changes++;
            if (batch.Worker.IsKilled || batch.Context.ShardId is not { } shard)
                return;
            var before = _shards.GetValueOrDefault(shard) ?? new ShardProgress(null, null, 0);
            var failures = failed is null ? 0 : failed == before.Failing ? before.Failures + 1 : 1;
            _shards[shard] = new ShardProgress(finished?.Record.SequenceNumber ?? before.Finished, failed, failures);
        }
    }

    /// <summary>Gets how far a shard has come and what holds it up.</summary>
    public ShardProgress Progress(ShardId shard)
    {
        lock (_lock)
            return _shards.GetValueOrDefault(shard) ?? new ShardProgress(null, null, 0);
    }

    /// <summary>Counts the failures of what fails anew.</summary>
    public void ForgetFailures()
    {
        lock (_lock)
        {
            foreach (var (shard, progress) in _shards)
                _shards[shard] = progress with { Failures = 0 };
        }
    }

    private static string? Identity(StreamRecord record)
    {
        try
        {
            return $"{record.StreamArn}/{record.EventId}";
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }
}

/// <summary>How far the consumer has come in a shard.</summary>
/// <param name="Finished">The last record that is finished; null before the first one.</param>
/// <param name="Failing">The record that was delivered last and failed; null when none did.</param>
/// <param name="Failures">How often it has failed in a row.</param>
internal sealed record ShardProgress(SequenceNumber? Finished, DeliveredRecord? Failing, int Failures);
