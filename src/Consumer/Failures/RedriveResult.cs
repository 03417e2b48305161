namespace StreamWorker.Consumer.Failures;

/// <summary>What became of a batch of a failure destination.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Delivered">How many of its records were handled; in a dry run how many would be delivered.</param>
/// <param name="Stale">How many of its records were not delivered because their items have changed since, or cannot be compared.</param>
/// <param name="Reason">Why it stays where it is; null when it was delivered.</param>
public sealed record RedriveResult(ArchivedBatch Batch, RedriveOutcome Outcome, int Delivered, int Stale, string? Reason)
{
    /// <summary>Gets whether something went wrong: staying behind for another reason is none.</summary>
    public bool IsFailure => Outcome is RedriveOutcome.Failed or RedriveOutcome.Trimmed or RedriveOutcome.Unreadable;
}
