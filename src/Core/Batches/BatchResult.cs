using StreamWorker.Diagnostics;

namespace StreamWorker.Batches;

/// <summary>What became of a batch.</summary>
public sealed class BatchResult
{
    private BatchResult(
        BatchOutcome outcome,
        IReadOnlyList<BatchItemFailure> failures,
        Exception? error,
        CancellationCause cancelledBy = CancellationCause.None,
        ReadOnlyMemory<byte>? state = null)
    {
        State = state;
        Outcome = outcome;
        Failures = failures;
        Error = error;
        CancelledBy = cancelledBy;
    }

    /// <summary>Gets the result of a batch that was handled completely.</summary>
    public static BatchResult Succeeded { get; } = new(BatchOutcome.Succeeded, [], null);

    /// <summary>Gets what became of the batch.</summary>
    public BatchOutcome Outcome { get; }

    /// <summary>Gets the records that were not handled, as far as they are named; those of a batch that failed as a whole are not, unless each failed by itself.</summary>
    public IReadOnlyList<BatchItemFailure> Failures { get; }

    /// <summary>Gets why the batch failed; null when it succeeded, and where nobody said why.</summary>
    public Exception? Error { get; }

    /// <summary>Gets why the batch was not finished, when nothing in it has failed by itself.</summary>
    /// <value><see cref="CancellationCause.None"/> when the batch succeeded, when it failed, and when one of its records did.</value>
    public CancellationCause CancelledBy { get; }

    /// <summary>Gets the state that the next call of the batch's tumbling window is to be given: a JSON object in UTF-8.</summary>
    /// <value>Null when none was given, and of a batch that failed as a whole. After a partial failure it is the state behind the last record that is finished.</value>
    public ReadOnlyMemory<byte>? State { get; }

    /// <summary>Makes the same result with a state.</summary>
    /// <param name="state">The state: a JSON object in UTF-8; null for none.</param>
    /// <returns>The result; a batch that failed as a whole stays without state.</returns>
    public BatchResult WithState(ReadOnlyMemory<byte>? state) =>
        Outcome is BatchOutcome.Succeeded or BatchOutcome.PartlyFailed && !(state is null && State is null) ? new(Outcome, Failures, Error, CancelledBy, state) : this;

    /// <summary>Gives what the result counts as when the batch was one of a tumbling window.</summary>
    /// <param name="window">The window as the call was given it.</param>
    /// <returns>
    /// Without a state the whole batch has failed: the next call could not go on. The final call of a window needs none to succeed, and what it gives is dropped; when it failed in
    /// part it is called again, and needs one.
    /// </returns>
    public BatchResult ForWindow(BatchWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (window.IsFinalInvokeForWindow && Outcome == BatchOutcome.Succeeded)
            return WithState(null);
        return State is null && Outcome is BatchOutcome.Succeeded or BatchOutcome.PartlyFailed
            ? Failed(new RecordHandlerException($"The batch belongs to the tumbling window from {window.Start:u} to {window.End:u}, and its handler gave no state for the next call."), CancelledBy)
            : this;
    }

    /// <summary>Makes the result of a batch of which some records failed.</summary>
    /// <param name="failures">The records that failed. With none, the batch has succeeded.</param>
    /// <returns>The result.</returns>
    public static BatchResult PartlyFailed(IReadOnlyCollection<BatchItemFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        if (failures.Count == 0)
            return Succeeded;
        return new BatchResult(
            BatchOutcome.PartlyFailed,
            [.. failures],
            failures.Select(failure => failure.Error).FirstOrDefault(error => error is not null),
            failures.All(failure => failure.CancelledBy != CancellationCause.None) ? failures.First().CancelledBy : CancellationCause.None);
    }

    /// <summary>Makes the result of a batch that failed as a whole.</summary>
    /// <param name="error">Why.</param>
    /// <param name="cancelledBy">Why it was cancelled, when it did not fail by itself.</param>
    /// <returns>The result.</returns>
    public static BatchResult Failed(Exception error, CancellationCause cancelledBy = CancellationCause.None) => new(BatchOutcome.Failed, [], error, cancelledBy);

    /// <summary>Makes the result of a batch of which not one record was handled, and that is to fail as a whole for it.</summary>
    /// <param name="failures">Why; not empty.</param>
    /// <param name="count">How many records it has.</param>
    internal static BatchResult AllFailed(IReadOnlyCollection<BatchItemFailure> failures, int count)
    {
        var first = failures.Select(failure => failure.Error).FirstOrDefault(error => error is not null);
        return new BatchResult(BatchOutcome.Failed, [.. failures], new AllRecordsFailedException($"Not one of the batch's {count} records was handled. {first?.Message}".TrimEnd(), first));
    }

    /// <summary>Makes the result of a batch that did not reach its handler: it is tried again without counting as an attempt.</summary>
    /// <param name="error">Why.</param>
    /// <returns>The result.</returns>
    public static BatchResult NotInvoked(Exception error) => new(BatchOutcome.NotInvoked, [], error);

    /// <summary>Tells how many records from the start of the batch are finished: everything from there on is delivered again.</summary>
    /// <param name="records">The records of the batch, in stream order.</param>
    /// <returns>
    /// The number of records before the failed one with the lowest sequence number; all of them after success, and 0 when the batch failed as a whole
    /// or when one failure names no record of the batch.
    /// </returns>
    public int CountFinished(IReadOnlyList<StreamRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (Outcome == BatchOutcome.Succeeded)
            return records.Count;
        if (Outcome != BatchOutcome.PartlyFailed)
            return 0;

        var positions = new Dictionary<SequenceNumber, int>(records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].HasSequenceNumber)
                positions.TryAdd(records[i].SequenceNumber, i);
        }

        var finished = records.Count;
        foreach (var failure in Failures)
        {
            if (!SequenceNumber.TryParse(failure.ItemIdentifier, out var number) || !positions.TryGetValue(number, out var position))
                return 0;
            finished = Math.Min(finished, position);
        }

        return finished;
    }
}
