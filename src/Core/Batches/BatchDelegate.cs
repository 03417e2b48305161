namespace StreamWorker.Batches;

/// <summary>The rest of a batch's pipeline.</summary>
/// <param name="records">The records, in stream order, empty only in the final call of a tumbling window.</param>
/// <param name="context">What is known about this delivery.</param>
/// <param name="cancellationToken">Cancelled when the work must stop.</param>
/// <returns>What became of the batch. A handler's failure is a result, not an exception.</returns>
public delegate ValueTask<BatchResult> BatchDelegate(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken);
