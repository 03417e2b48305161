using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Delivery;

/// <summary>What others may see of a delivery. Written by the delivery loop alone, read by anybody: each value is published as a whole.</summary>
internal sealed class DeliveryProgress
{
    private volatile DeliveryState _state = new(null, null, 0, 0, 0, null);

    public DeliveryState State => _state;

    public void Begin(int attempt, int buffered) => _state = _state with { Attempt = attempt, Buffered = buffered };

    public void Handled(StreamRecord last, int count, int buffered) => _state = _state with
    {
        Position = last.SequenceNumber,
        LastRecordTime = TimeOf(last),
        Handled = _state.Handled + count,
        Buffered = buffered,
    };

    public void Succeeded() => _state = _state with { Attempt = 0, Error = null };

    public void Failed(int attempt, string error) => _state = _state with { Attempt = attempt, Error = error };

    private static DateTimeOffset? TimeOf(StreamRecord record)
    {
        try
        {
            return record.ApproximateCreationTime;
        }
        catch (RecordFormatException)
        {
            // The handler has accepted the record; its time is for display only.
            return null;
        }
    }
}

/// <summary>One moment of a delivery.</summary>
internal sealed record DeliveryState(SequenceNumber? Position, DateTimeOffset? LastRecordTime, long Handled, int Buffered, int Attempt, string? Error);
