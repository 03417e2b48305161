using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Decides so that only records of a failed item wait: each record that is not named as failed, and is not behind a failed one of its item, is finished. A batch that failed
/// without saying where is tried again in halves, down to the record that it fails with. A record counts its own tries.
/// </summary>
internal static class IsolateRules
{
    /// <summary>Decides what follows from a call.</summary>
    /// <param name="piece">What was handed over.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="reason">The failure in words.</param>
    /// <param name="options">The rules' numbers.</param>
    public static FollowUp Decide(BatchPiece piece, BatchResult result, string reason, DeliveryOptions options)
    {
        if (result.Outcome == BatchOutcome.Succeeded)
            return FollowUp.Done(piece);
        var failed = piece with { Failure = new CallFailure(result.Outcome == BatchOutcome.Failed, reason) };
        if (result.Outcome == BatchOutcome.NotInvoked)
            return FollowUp.Repeat(failed);
        if (result.Outcome == BatchOutcome.PartlyFailed && TryFind(piece, result, out var failures))
            return Part(failed, failures, options);
        if (result.CancelledBy is CancellationCause.HostStopping or CancellationCause.LeaseLost)
            return FollowUp.Repeat(failed);
        if (piece.Records.Count > 1)
            return new FollowUp([], LambdaRules.Halves(failed), []);
        return new FollowUp([], [], [new HeldItem(Counted(failed, piece.First, options), [])]);
    }

    /// <summary>Finds the record of each failure; false when one names no record of the batch.</summary>
    private static bool TryFind(BatchPiece piece, BatchResult result, out Dictionary<PendingRecord, BatchItemFailure> failures)
    {
        var places = new Dictionary<SequenceNumber, PendingRecord>(piece.Records.Count);
        foreach (var pending in piece.Records)
            places.TryAdd(pending.SequenceNumber, pending);
        failures = [];
        foreach (var failure in result.Failures)
        {
            if (!SequenceNumber.TryParse(failure.ItemIdentifier, out var number) || !places.TryGetValue(number, out var pending))
                return false;
            failures.TryAdd(pending, failure);
        }

        return true;
    }

    private static FollowUp Part(BatchPiece piece, Dictionary<PendingRecord, BatchItemFailure> failures, DeliveryOptions options)
    {
        var items = failures.Keys.Select(pending => pending.Key).ToHashSet(StringComparer.Ordinal);
        var first = new Dictionary<string, PendingRecord>(StringComparer.Ordinal);
        var behind = new Dictionary<string, List<PendingRecord>>(StringComparer.Ordinal);
        var finished = new List<PendingRecord>();
        foreach (var pending in piece.Records)
        {
            if (items.Count == 0 || !items.Contains(pending.Key))
                finished.Add(pending);
            else if (first.ContainsKey(pending.Key))
                behind[pending.Key].Add(pending);
            else if (failures.ContainsKey(pending))
                (first[pending.Key], behind[pending.Key]) = (pending, []);
            else
                finished.Add(pending);
        }

        var held = first.Values.Select(pending => new HeldItem(
            HasFailed(failures[pending]) ? Counted(piece, pending, options) : Alone(piece, pending),
            behind[pending.Key]));
        return new FollowUp(finished, [], [.. held]);
    }

    /// <summary>Tells whether a record has failed by itself. One that was not begun, or was cut short from outside, has not been tried.</summary>
    private static bool HasFailed(BatchItemFailure failure) =>
        !failure.IsSkipped && failure.CancelledBy is not (CancellationCause.HostStopping or CancellationCause.LeaseLost);

    private static BatchPiece Counted(BatchPiece piece, PendingRecord record, DeliveryOptions options)
    {
        record.Failures++;
        return Alone(piece, record) with { GivenUp = record.Failures > options.MaximumRetries ? DiscardCondition.RetryAttemptsExhausted : null };
    }

    private static BatchPiece Alone(BatchPiece piece, PendingRecord record) => piece with { Records = [record], Attempt = record.Failures + 1 };
}
