using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Decides as Lambda's event source mapping does: a failed batch goes on from its first failed record, all that is behind it included, and is given up as a whole.
/// </summary>
internal static class LambdaRules
{
    /// <summary>Decides what follows from a call.</summary>
    /// <param name="piece">What was handed over.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="reason">The failure in words.</param>
    /// <param name="options">The rules' numbers.</param>
    public static FollowUp Decide(BatchPiece piece, BatchResult result, string reason, DeliveryOptions options)
    {
        var count = piece.Records.Count;
        var finished = result.CountFinished([.. piece.Records.Select(pending => pending.Record)]);
        if (finished == count && result.Outcome is BatchOutcome.Succeeded or BatchOutcome.PartlyFailed)
            return FollowUp.Done(piece);
        var failed = piece with { Failure = new CallFailure(result.Outcome == BatchOutcome.Failed, reason) };

        // A batch whose start has moved is a new batch.
        if (finished > 0)
            return new FollowUp(piece.Part(0, finished), [failed.From(finished) with { Attempt = 1 }], []);

        // One that never reached its handler, or was cut short from outside, has not been tried.
        if (result.Outcome == BatchOutcome.NotInvoked || result.CancelledBy is CancellationCause.HostStopping or CancellationCause.LeaseLost)
            return FollowUp.Repeat(failed);
        if (options.Bisects && result.Outcome == BatchOutcome.Failed && count > 1)
            return new FollowUp([], Halves(failed), []);
        return FollowUp.Repeat(failed with
        {
            Attempt = piece.Attempt + 1,
            GivenUp = piece.Attempt > options.MaximumRetries ? DiscardCondition.RetryAttemptsExhausted : null,
        });
    }

    /// <summary>Makes two batches of one, the larger half first. Each counts its tries from the beginning.</summary>
    public static IReadOnlyList<BatchPiece> Halves(BatchPiece piece)
    {
        var first = (piece.Records.Count + 1) / 2;
        return [piece.With(piece.Part(0, first)) with { Attempt = 1, IsFinalOfWindow = false }, piece.From(first) with { Attempt = 1 }];
    }
}
