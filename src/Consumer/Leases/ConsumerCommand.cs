namespace StreamWorker.Consumer.Leases;

/// <summary>One operation on a consumer: what changes, and the entry that remembers it. All of it is stored, or nothing.</summary>
/// <param name="Application">The application.</param>
/// <param name="Observed">What was ordered before, as it was observed.</param>
/// <param name="Next">What is ordered from now on: its number is one more.</param>
/// <param name="Entry">The entry, of the same number.</param>
public sealed record ConsumerCommand(string Application, ConsumerControl Observed, ConsumerControl Next, OperationEntry Entry)
{
    /// <summary>Gets the scope of the reset; null when nothing is reset.</summary>
    public LeaseScope? Scope { get; init; }

    /// <summary>Gets the reset; null when nothing is reset. It takes the place of an earlier one.</summary>
    public ResetOrder? Reset { get; init; }
}
