using StreamWorker.Batches;

namespace StreamWorker.Lambda.Invocations;

/// <summary>Turns what became of a batch into the list of failures that Lambda reads.</summary>
/// <remarks>Lambda delivers again from the failure with the lowest number on, so the list must never leave it without one when anything failed, and never with one that it does not know.</remarks>
internal static class FailureNaming
{
    /// <summary>Names the failures of a batch that did not succeed.</summary>
    /// <param name="records">The records of the batch.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="handled">How many records from the start on are known to be handled.</param>
    /// <returns>
    /// The failures, each with the identifier that its record was received with. One without identifier, which makes Lambda deliver the whole batch again, when a failure names no record of the batch,
    /// or when the batch failed as a whole and it is not known where.
    /// </returns>
    public static IReadOnlyList<BatchItemFailure> Name(IReadOnlyList<StreamRecord> records, BatchResult result, int handled)
    {
        if (result.Failures.Count == 0)
        {
            var whole = handled > 0 && handled < records.Count ? BatchItemFailure.Of(records[handled], result.Error) : new BatchItemFailure(null, result.Error);
            return [whole with { CancelledBy = result.CancelledBy }];
        }

        var identifiers = Identifiers(records);
        var named = new List<BatchItemFailure>(result.Failures.Count);
        foreach (var failure in result.Failures)
        {
            if (!SequenceNumber.TryParse(failure.ItemIdentifier, out var number) || !identifiers.TryGetValue(number, out var identifier))
                return [new BatchItemFailure(null, failure.Error ?? result.Error) { CancelledBy = result.CancelledBy }];
            named.Add(failure with { ItemIdentifier = identifier });
        }

        return named;
    }

    private static Dictionary<SequenceNumber, string> Identifiers(IReadOnlyList<StreamRecord> records)
    {
        var identifiers = new Dictionary<SequenceNumber, string>(records.Count);
        foreach (var record in records)
        {
            if (BatchItemFailure.Of(record).ItemIdentifier is { } identifier)
                identifiers.TryAdd(record.SequenceNumber, identifier);
        }

        return identifiers;
    }
}
