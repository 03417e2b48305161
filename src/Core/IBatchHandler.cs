namespace StreamWorker;

/// <summary>Handles the records of a stream a batch at a time and says which of them failed.</summary>
/// <remarks>
/// <para>Delivery is at least once, in stream order. All records of a batch come from one shard.</para>
/// <para>Everything from the failed record with the lowest sequence number on is delivered again, whether it was reported or not. A handler that throws has failed with the whole batch.</para>
/// </remarks>
public interface IBatchHandler
{
    /// <summary>Handles one batch.</summary>
    /// <param name="records">The records, in stream order, empty only in the final call of a tumbling window. They are valid until the returned task completes; see <see cref="StreamRecord.Detach"/>.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop; <see cref="BatchContext.CancellationCause"/> tells why.</param>
    /// <returns>The records that failed; empty when the whole batch is handled. An entry that names no record of the batch counts as failure of the whole batch.</returns>
    ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken);
}
