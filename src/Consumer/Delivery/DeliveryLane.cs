namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Records that are handed over one batch after the other: those of some items, or, while one of its records has failed, those of a single item. Owned by the delivery loop.
/// </summary>
/// <param name="item">The key of the single item; null for a lane of many.</param>
/// <param name="begunAt">The timestamp from which the first batching window counts.</param>
internal sealed class DeliveryLane(string? item, long begunAt)
{
    private readonly LinkedList<BatchPiece> _pieces = new();
    private Queue<PendingRecord> _waiting = new();
    private long _waitingBytes;
    private long _calledAt = begunAt;
    private long _pausedUntil = begunAt;

    /// <summary>Gets the key of the item that the lane is held for; null when it is not held.</summary>
    public string? Item => item;

    /// <summary>Gets or sets whether a call of the lane is under way.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Gets how many calls in a row have finished nothing.</summary>
    public int FailuresInARow { get; private set; }

    /// <summary>Gets the trouble that the lane is in; null when it is in none.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets or sets how urgently the trouble was announced.</summary>
    public int Urgency { get; set; }

    /// <summary>Gets or sets whether a call is due although no record waits: the final one of a window.</summary>
    public bool OwesCall { get; set; }

    /// <summary>Gets whether what is next is made already, and not of waiting records.</summary>
    public bool HasPieces => _pieces.Count > 0;

    public bool IsEmpty => _pieces.Count == 0 && _waiting.Count == 0 && !OwesCall;

    public void Add(PendingRecord record)
    {
        _waiting.Enqueue(record);
        _waitingBytes += record.Size;
    }

    /// <summary>Puts pieces before everything else.</summary>
    public void PutFirst(IReadOnlyList<BatchPiece> pieces)
    {
        for (var i = pieces.Count - 1; i >= 0; i--)
            _pieces.AddFirst(pieces[i]);
    }

    /// <summary>Takes what is next: a piece as it is, or else as many of the waiting records as one batch may have.</summary>
    /// <param name="options">How batches are made.</param>
    /// <param name="most">How many of the waiting records it may have at most.</param>
    public BatchPiece Take(DeliveryOptions options, int most = int.MaxValue)
    {
        if (_pieces.First is { } first)
        {
            _pieces.RemoveFirst();
            return first.Value;
        }

        var count = Math.Min(most, options.BatchSize);
        var batch = new List<PendingRecord>(Math.Min(count, _waiting.Count));
        long size = 0;
        while (batch.Count < count && _waiting.TryPeek(out var next) && (batch.Count == 0 || size + next.Size <= DeliveryOptions.MaximumEventBytes))
        {
            batch.Add(_waiting.Dequeue());
            size += next.Size;
        }

        _waitingBytes -= size;
        return new BatchPiece(batch);
    }

    /// <summary>Gives the times of the first of the waiting records.</summary>
    public IReadOnlyList<DateTimeOffset?> Times(int most) => [.. _waiting.Take(most).Select(pending => RecordAges.TimeOf(pending.Record))];

    /// <summary>Takes all records of an item out of the lane, in stream order.</summary>
    public IReadOnlyList<PendingRecord> Extract(string key)
    {
        var taken = new List<PendingRecord>();
        for (var node = _pieces.First; node is not null;)
        {
            var next = node.Next;
            var own = node.Value.Records.Where(pending => pending.Key == key).ToList();
            taken.AddRange(own);
            if (own.Count == node.Value.Records.Count)
                _pieces.Remove(node);
            else if (own.Count > 0)
                node.Value = node.Value.With([.. node.Value.Records.Where(pending => pending.Key != key)]);
            node = next;
        }

        taken.AddRange(_waiting.Where(pending => pending.Key == key));
        _waiting = new Queue<PendingRecord>(_waiting.Where(pending => pending.Key != key));
        _waitingBytes = _waiting.Sum(pending => (long)pending.Size);
        return taken;
    }

    /// <summary>Gives the timestamp from which on the lane's next call may begin.</summary>
    /// <param name="options">How batches are made.</param>
    /// <param name="time">Whose timestamp it is.</param>
    /// <param name="isEnd">Whether no more records come.</param>
    /// <returns>Null when the lane has nothing to hand over or is busy.</returns>
    public long? ReadyAt(DeliveryOptions options, TimeProvider time, bool isEnd)
    {
        if (IsBusy || IsEmpty)
            return null;
        var gathers = _pieces.Count == 0 && item is null && !isEnd && !OwesCall && _waiting.Count < options.BatchSize && _waitingBytes <= DeliveryOptions.MaximumEventBytes;
        return gathers && options.BatchingWindow > TimeSpan.Zero ? Math.Max(_pausedUntil, Later(_calledAt, options.BatchingWindow, time)) : _pausedUntil;
    }

    /// <summary>Notes that a call has ended: the next batching window counts from here.</summary>
    public void Called(TimeProvider time) => (IsBusy, _calledAt) = (false, time.GetTimestamp());

    /// <summary>Notes that a call has finished everything that it was given.</summary>
    public void Succeeded() => (FailuresInARow, Error, Urgency) = (0, null, 0);

    /// <summary>Notes a failure.</summary>
    public void Failed(bool hasFinishedSome, string error) => (FailuresInARow, Error) = (hasFinishedSome ? 1 : FailuresInARow + 1, error);

    /// <summary>Lets nothing of the lane be handed over for a while.</summary>
    public void Pause(TimeSpan pause, TimeProvider time) => _pausedUntil = Later(time.GetTimestamp(), pause, time);

    private static long Later(long from, TimeSpan delay, TimeProvider time) => from + (long)(delay.TotalSeconds * time.TimestampFrequency);
}
