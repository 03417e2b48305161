namespace StreamWorker.Consumer.Delivery;

/// <summary>What others may see of a delivery. Written by the delivery loop alone, read by anybody: each value is published as a whole.</summary>
internal sealed class DeliveryProgress
{
    private volatile DeliveryState _state = new(null, null, 0, 0, 0, null);

    public DeliveryState State => _state;

    public void Begin(int attempt, int buffered) => _state = _state with { Attempt = attempt, Buffered = buffered };

    /// <summary>Shows since when the oldest record waits.</summary>
    public void Waits(DateTimeOffset? since)
    {
        // What stays as it is must not look like a step.
        if (since != _state.WaitingSince)
            _state = _state with { WaitingSince = since };
    }

    public void Filtered(int count, SequenceNumber? position) => _state = _state with { Filtered = _state.Filtered + count, Position = position };

    public void Handled(DateTimeOffset? time, int count, SequenceNumber? position, int buffered) => _state = _state with
    {
        Position = position,
        LastRecordTime = time ?? _state.LastRecordTime,
        Handled = _state.Handled + count,
        Buffered = buffered,
    };

    public void GivenUp(int count, bool isKept, SequenceNumber? position, int buffered) => _state = _state with
    {
        Position = position,
        Discarded = _state.Discarded + (isKept ? count : 0),
        Dropped = _state.Dropped + (isKept ? 0 : count),
        Buffered = buffered,
    };

    public void Succeeded(int held, string? error) => _state = _state with { Attempt = 0, HeldItems = held, Error = error };

    public void Failed(int attempt, int held, string error) => _state = _state with { Attempt = attempt, HeldItems = held, Error = error };
}

/// <summary>One moment of a delivery.</summary>
internal sealed record DeliveryState(SequenceNumber? Position, DateTimeOffset? LastRecordTime, long Handled, int Buffered, int Attempt, string? Error)
{
    /// <summary>Gets how many records the filter has passed over.</summary>
    public long Filtered { get; init; }

    /// <summary>Gets how many records were given up and are kept by the failure destination.</summary>
    public long Discarded { get; init; }

    /// <summary>Gets how many records were given up and are kept nowhere.</summary>
    public long Dropped { get; init; }

    /// <summary>Gets how many items are held up by a failed record of theirs.</summary>
    public int HeldItems { get; init; }

    /// <summary>Gets when the oldest record that is read and not finished was written; null when there is none, or it does not say.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>
    /// Gives the age of the oldest record that waits; zero when none does. Records tell of whole seconds, and of another clock: what would be less than nothing is nothing.
    /// </summary>
    public TimeSpan LagAt(DateTimeOffset now) => WaitingSince is { } since && since < now ? now - since : TimeSpan.Zero;
}
