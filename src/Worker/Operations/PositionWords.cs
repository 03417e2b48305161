using System.Globalization;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Operations;

/// <summary>Reads where a consumer is to be moved to, as people write it.</summary>
internal static class PositionWords
{
    /// <summary>Reads a position, or says what is wrong in the words of whoever asks.</summary>
    public static (ResetPosition? Position, string? Fault) Read(
        string? to, string? toTime, string? shard, string? toSequence, string toName, string toTimeName, string shardName, string toSequenceName)
    {
        var given = (to is null ? 0 : 1) + (toTime is null ? 0 : 1) + (shard is null && toSequence is null ? 0 : 1);
        if (given != 1)
            return (null, $"Exactly one of {toName}, {toTimeName}, and {shardName} with {toSequenceName} must be given.");
        if (to is not null)
        {
            return to.ToUpperInvariant() switch
            {
                "TRIM_HORIZON" => (ResetPosition.TrimHorizon, null),
                "LATEST" => (ResetPosition.Latest, null),
                _ => (null, $"{toName} = '{to}': must be TRIM_HORIZON or LATEST."),
            };
        }

        if (toTime is not null)
        {
            // A time without zone would mean another moment on another machine.
            return HasZone(toTime) && DateTimeOffset.TryParse(toTime, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
                ? (ResetPosition.FromTime(time), null)
                : (null, $"{toTimeName} = '{toTime}': must be a time with its zone, for example 2026-01-31T12:00:00Z.");
        }

        if (shard is null || toSequence is null)
            return (null, $"{shardName} and {toSequenceName} must be given together.");
        return SequenceNumber.TryParse(toSequence, out var number)
            ? (ResetPosition.At(new ShardId(shard), number), null)
            : (null, $"{toSequenceName} = '{toSequence}': must be a sequence number, 1 to 40 digits.");
    }

    private static bool HasZone(string time)
    {
        var clock = time.IndexOf('T', StringComparison.Ordinal);
        return clock > 0 && (time.EndsWith('Z') || time.AsSpan(clock).IndexOfAny('+', '-') > 0);
    }
}
