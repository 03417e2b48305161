using StreamWorker.Diagnostics;

namespace StreamWorker.Testing;

/// <summary>A record that reached the consumer, and what became of it so far.</summary>
/// <remarks>It may be kept and read at any time. Safe for use by several threads.</remarks>
public sealed class DeliveredRecord
{
    private readonly Lock _lock = new();
    private readonly List<RecordDelivery> _deliveries = [];

    internal DeliveredRecord(StreamRecord record, ShardId? shard)
    {
        Record = record.Detach();
        Shard = shard;
    }

    /// <summary>Gets the record. It owns its bytes.</summary>
    public StreamRecord Record { get; }

    /// <summary>Gets the shard; null for a record of an event that was handed over as in Lambda.</summary>
    public ShardId? Shard { get; }

    /// <summary>Gets the deliveries that have ended, in order. One whose worker was killed never ends.</summary>
    public IReadOnlyList<RecordDelivery> Deliveries
    {
        get
        {
            lock (_lock)
                return [.. _deliveries];
        }
    }

    /// <summary>Gets how many deliveries have ended.</summary>
    public int Attempts => Deliveries.Count;

    /// <summary>Gets how often the record was handled: more than once where its worker was killed, or lost the lease, before the position was stored.</summary>
    public int TimesHandled => Deliveries.Count(delivery => delivery.Outcome == DeliveryOutcome.Handled);

    /// <summary>Gets what its deliveries failed with, in order.</summary>
    public IReadOnlyList<Exception> Errors => [.. Deliveries.Select(delivery => delivery.Error).OfType<Exception>()];

    internal Exception? LastError => Errors is [.., var last] ? last : null;

    /// <summary>Names the record in messages: change, keys, sequence number and shard.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var place = Shard is { } shard ? $"{shard}, " : "";
        return $"{Text(record => $"{record.EventName}", "change")} of {Text(record => record.Keys.ToString(), "item")} ({place}{Text(record => $"{record.SequenceNumber}", "no sequence number")})";
    }

    internal RecordDelivery Add(DeliveryOutcome outcome, Exception? error, BatchContext context, DateTimeOffset endedAt)
    {
        lock (_lock)
        {
            var delivery = new RecordDelivery(this, _deliveries.Count + 1, outcome, error, context.ShardId, context.LeaseEpoch, endedAt);
            _deliveries.Add(delivery);
            return delivery;
        }
    }

    /// <summary>Reads a member that a malformed record may lack.</summary>
    private string Text(Func<StreamRecord, string> member, string otherwise)
    {
        try
        {
            return member(Record);
        }
        catch (RecordFormatException)
        {
            return otherwise;
        }
    }
}
