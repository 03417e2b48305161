using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Something that was done to a consumer.</summary>
/// <param name="Number">Which operation on the consumer it was: 1 for the first.</param>
/// <param name="Kind">What was done.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When, by the clock of whoever did it.</param>
/// <param name="To">What was ordered, in words.</param>
/// <param name="State">What has become of it.</param>
public sealed record OperationStatus(long Number, OperationKind Kind, string By, DateTimeOffset At, string To, OperationState State)
{
    /// <summary>Gets the stream's ARN; null for an operation on all streams of the consumer.</summary>
    public string? Stream { get; init; }

    /// <summary>Gets where shards were when a reset moved them, in words; null before it is carried out, and for other operations.</summary>
    public string? From { get; init; }

    /// <summary>Gets when a reset was carried out; null before, and for other operations.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>Gives what has become of each operation, the latest first.</summary>
    internal static IEnumerable<OperationStatus> Of(IReadOnlyList<OperationEntry> entries)
    {
        var resets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.OrderByDescending(entry => entry.Number))
        {
            var isReplaced = entry.Stream is { } stream && !resets.Add(stream);
            var isDone = entry.Kind != OperationKind.Reset || entry.DoneAt is not null;
            yield return new OperationStatus(
                entry.Number, entry.Kind, entry.By, entry.At, entry.To, isDone ? OperationState.Done : isReplaced ? OperationState.Replaced : OperationState.Pending)
            {
                Stream = entry.Stream,
                From = entry.From,
                DoneAt = entry.DoneAt,
            };
        }
    }
}
