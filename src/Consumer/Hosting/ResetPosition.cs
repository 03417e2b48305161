using System.Globalization;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Where a consumer is moved to.</summary>
public sealed record ResetPosition
{
    private ResetPosition()
    {
    }

    /// <summary>Gets the oldest records that the stream still has: every listed shard is read again, parents before their children.</summary>
    public static ResetPosition TrimHorizon { get; } = new();

    /// <summary>Gets the records that are written from the moment of the order on. The moment is stored: it is not looked for again.</summary>
    public static ResetPosition Latest { get; } = new() { IsLatest = true };

    /// <summary>Gets whether only records are wanted that are written from now on.</summary>
    public bool IsLatest { get; private init; }

    /// <summary>Gets the time from which on records are wanted; null for none.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Gets the one shard that is moved, with its descendants; null for all shards.</summary>
    public ShardId? Shard { get; private init; }

    /// <summary>Gets the record of the shard that is read first; null when all shards are moved.</summary>
    public SequenceNumber? SequenceNumber { get; private init; }

    /// <summary>Gives the position at a time, by the service's clock.</summary>
    /// <param name="time">The time. Records up to a minute older may be delivered, too: creation times are approximate.</param>
    /// <returns>The position.</returns>
    public static ResetPosition FromTime(DateTimeOffset time) => new() { Time = time };

    /// <summary>Gives the position at a record. Descendants of its shard are read from their oldest records, other shards stay where they are.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="sequenceNumber">The record's sequence number. It is delivered, too.</param>
    /// <returns>The position.</returns>
    public static ResetPosition At(ShardId shard, SequenceNumber sequenceNumber) => new() { Shard = shard, SequenceNumber = sequenceNumber };

    /// <summary>Gives the position in words.</summary>
    /// <returns>For example <c>TRIM_HORIZON</c>.</returns>
    public override string ToString()
    {
        if (Shard is { } shard)
            return $"{shard} at {SequenceNumber}";
        return Time is { } time ? time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : IsLatest ? "LATEST" : "TRIM_HORIZON";
    }
}
