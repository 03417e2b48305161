namespace StreamWorker;

/// <summary>A record of a batch that was not handled, as in Lambda's partial batch response.</summary>
/// <param name="ItemIdentifier">The record's sequence number as it was received. Null when the failed record cannot be named: the whole batch then counts as failed.</param>
/// <param name="Error">Why it failed, or null when not known.</param>
public sealed record BatchItemFailure(string? ItemIdentifier, Exception? Error = null)
{
    /// <summary>Gets why the record was not finished, when that is not its own fault.</summary>
    /// <value>The default is <see cref="CancellationCause.None"/>: its handler failed.</value>
    public CancellationCause CancelledBy { get; init; }

    /// <summary>Gets whether the record was not attempted because an earlier one of its item was not handled.</summary>
    /// <value>The default is false. Nothing is known against such a record: it has no error.</value>
    public bool IsSkipped { get; init; }

    /// <summary>Makes the failure of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="error">Why it failed, or null when not known.</param>
    /// <returns>The failure, identified by the record's sequence number; without identifier when the record has none that can be read.</returns>
    public static BatchItemFailure Of(StreamRecord record, Exception? error = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new BatchItemFailure(record.HasSequenceNumber ? record.SequenceNumber.ToString() : null, error);
    }
}
