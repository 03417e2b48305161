using System.Globalization;

namespace StreamWorker.Consumer.Leases;

/// <summary>Where the reading of a shard starts as long as nothing has been checkpointed. It is stored when the lease is made, and only a reset changes it.</summary>
/// <remarks><c>LATEST</c> is never stored: what is "latest" changes with the moment of asking.</remarks>
public readonly record struct LeaseStart
{
    private const string TrimHorizonText = "TRIM_HORIZON";
    private const string FromTimePrefix = "FROM_TIME:";
    private const string AtPrefix = "AT_SEQUENCE_NUMBER:";

    private LeaseStart(DateTimeOffset? fromTime, SequenceNumber? atSequenceNumber) => (FromTime, AtSequenceNumber) = (fromTime, atSequenceNumber);

    /// <summary>Gets the start at the oldest record that the shard still has.</summary>
    public static LeaseStart TrimHorizon { get; }

    /// <summary>Gets the time before which records are passed over; null for the oldest record.</summary>
    public DateTimeOffset? FromTime { get; }

    /// <summary>Gets the record that is read first; null for the oldest one.</summary>
    public SequenceNumber? AtSequenceNumber { get; }

    /// <summary>Gives the start at a time, by the service's clock.</summary>
    /// <param name="time">The time: records created before it, in whole seconds, are passed over.</param>
    /// <returns>The start.</returns>
    public static LeaseStart From(DateTimeOffset time) => new(time, null);

    /// <summary>Gives the start at a record.</summary>
    /// <param name="sequenceNumber">The record's sequence number. It is read, too.</param>
    /// <returns>The start.</returns>
    public static LeaseStart At(SequenceNumber sequenceNumber) => new(null, sequenceNumber);

    /// <summary>Reads the stored form.</summary>
    /// <param name="text">What <see cref="ToString"/> gave.</param>
    /// <returns>The start.</returns>
    /// <exception cref="FormatException">The text is not a start.</exception>
    public static LeaseStart Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == TrimHorizonText)
            return TrimHorizon;
        if (text.StartsWith(FromTimePrefix, StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text.AsSpan(FromTimePrefix.Length), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
            return From(time);
        if (text.StartsWith(AtPrefix, StringComparison.Ordinal) && SequenceNumber.TryParse(text[AtPrefix.Length..], out var number))
            return At(number);
        throw new FormatException($"'{text}' is not a start position: TRIM_HORIZON, FROM_TIME:time or AT_SEQUENCE_NUMBER:number is expected.");
    }

    /// <summary>Gives the stored form: <c>TRIM_HORIZON</c>, <c>FROM_TIME:2026-01-31T12:00:00.0000000+00:00</c> or <c>AT_SEQUENCE_NUMBER:100000000000000000001</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        FromTime is { } time ? FromTimePrefix + time.ToString("O", CultureInfo.InvariantCulture) : AtSequenceNumber is { } number ? AtPrefix + number : TrimHorizonText;
}
