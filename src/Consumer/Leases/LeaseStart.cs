using System.Globalization;

namespace StreamWorker.Consumer.Leases;

/// <summary>Where the reading of a shard starts as long as nothing has been checkpointed. It is stored once, when the lease is made, and never changes.</summary>
/// <remarks><c>LATEST</c> is never stored: what is "latest" changes with the moment of asking.</remarks>
public readonly record struct LeaseStart
{
    private const string TrimHorizonText = "TRIM_HORIZON";
    private const string FromTimePrefix = "FROM_TIME:";

    private LeaseStart(DateTimeOffset? fromTime) => FromTime = fromTime;

    /// <summary>Gets the start at the oldest record that the shard still has.</summary>
    public static LeaseStart TrimHorizon { get; }

    /// <summary>Gets the time before which records are passed over; null for the oldest record.</summary>
    public DateTimeOffset? FromTime { get; }

    /// <summary>Gives the start at a time, by the service's clock.</summary>
    /// <param name="time">The time: records created before it, in whole seconds, are passed over.</param>
    /// <returns>The start.</returns>
    public static LeaseStart From(DateTimeOffset time) => new(time);

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
        throw new FormatException($"'{text}' is not a start position: TRIM_HORIZON or FROM_TIME:time is expected.");
    }

    /// <summary>Gives the stored form: <c>TRIM_HORIZON</c> or <c>FROM_TIME:2026-01-31T12:00:00.0000000+00:00</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FromTime is { } time ? FromTimePrefix + time.ToString("O", CultureInfo.InvariantCulture) : TrimHorizonText;
}
