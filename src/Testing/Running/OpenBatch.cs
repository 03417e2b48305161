using StreamWorker.Batches;

namespace StreamWorker.Testing.Running;

/// <summary>A batch that is with the consumer: each record is noted when it is handled, the rest when the batch has ended.</summary>
internal sealed class OpenBatch : IProgress<StreamRecord>
{
    private readonly Lock _lock = new();
    private readonly DeliveryLog _log;
    private readonly IReadOnlyList<StreamRecord> _records;
    private readonly Dictionary<StreamRecord, DeliveredRecord> _left;

    public OpenBatch(DeliveryLog log, HarnessWorker worker, IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        _log = log;
        _records = records;
        Worker = worker;
        Context = context;
        Records = [.. records.Select(record => log.Track(record, context.ShardId))];
        _left = records.Zip(Records).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public HarnessWorker Worker { get; }

    public BatchContext Context { get; }

    public IReadOnlyList<DeliveredRecord> Records { get; }

    /// <summary>Gets the records that are not known to be handled, in stream order.</summary>
    public IReadOnlyList<DeliveredRecord> Left
    {
        get
        {
            lock (_lock)
                return [.. Records.Where(_left.ContainsValue)];
        }
    }

    public void Report(StreamRecord value)
    {
        Note(value, DeliveryOutcome.Handled, null);
        Context.Progress?.Report(value);
    }

    public void End(BatchResult result)
    {
        var finished = result.CountFinished(_records);
        var named = Named(result);
        for (var i = 0; i < _records.Count; i++)
        {
            if (i < finished)
                Note(_records[i], DeliveryOutcome.Handled, null);
            else if (named is null)
                Note(_records[i], Outcome(result.CancelledBy), result.Error);
            else if (named.TryGetValue(i, out var failure))
                Note(_records[i], Outcome(failure.CancelledBy), failure.Error);
        }

        var hasFailed = finished < _records.Count && result.CancelledBy == CancellationCause.None;
        _log.End(this, finished > 0 ? Records[finished - 1] : null, hasFailed ? Records[finished] : null);
    }

    private static DeliveryOutcome Outcome(CancellationCause cause) => cause == CancellationCause.None ? DeliveryOutcome.Failed : DeliveryOutcome.Cancelled;

    /// <summary>Gives the failures by the place of their record; null when the whole batch has failed, also because one of them names no record of it.</summary>
    private Dictionary<int, BatchItemFailure>? Named(BatchResult result)
    {
        if (result.Outcome is BatchOutcome.Failed or BatchOutcome.NotInvoked)
            return null;
        var places = new Dictionary<SequenceNumber, int>();
        for (var i = 0; i < _records.Count; i++)
        {
            if (SequenceNumber.TryParse(BatchItemFailure.Of(_records[i]).ItemIdentifier, out var number))
                places.TryAdd(number, i);
        }

        var named = new Dictionary<int, BatchItemFailure>();
        foreach (var failure in result.Failures)
        {
            if (!SequenceNumber.TryParse(failure.ItemIdentifier, out var number) || !places.TryGetValue(number, out var place))
                return null;
            named.TryAdd(place, failure);
        }

        return named;
    }

    private void Note(StreamRecord record, DeliveryOutcome outcome, Exception? error)
    {
        DeliveredRecord? tracked;
        lock (_lock)
        {
            if (Worker.IsKilled || !_left.Remove(record, out tracked))
                return;
        }

        _log.Note(tracked, outcome, error, Context);
    }
}
