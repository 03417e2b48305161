namespace StreamWorker.Consumer.Leases;

/// <summary>An operation as the lease store remembers it: who did what, and when.</summary>
/// <param name="Number">Which operation on the consumer it was: 1 for the first.</param>
/// <param name="Kind">What was done.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When, by the clock of whoever did it.</param>
/// <param name="To">What was ordered, in words.</param>
public sealed record OperationEntry(long Number, OperationKind Kind, string By, DateTimeOffset At, string To)
{
    /// <summary>How many entries of a consumer are kept: the last ones.</summary>
    public const int MostKept = 100;

    /// <summary>Gets the stream's ARN; null for an operation on all streams of the consumer.</summary>
    public string? Stream { get; init; }

    /// <summary>Gets the generation of a reset; 0 for other operations.</summary>
    public long Generation { get; init; }

    /// <summary>Gets where shards were when a reset moved them, in words; null before it is carried out, and for other operations.</summary>
    public string? From { get; init; }

    /// <summary>Gets when a reset was carried out, by the clock of whoever did it; null before, and for other operations.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}
