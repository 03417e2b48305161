namespace StreamWorker.Batches;

/// <summary>Takes a batch through a consumer's handler, in the process or behind HTTP, and says what became of it.</summary>
public interface IBatchProcessor
{
    /// <summary>Processes one batch.</summary>
    /// <param name="records">The records, in stream order, all of one shard, empty only in the final call of a tumbling window.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop.</param>
    /// <returns>What became of the batch. A handler's failure is a result, not an exception; so is work that was cancelled: what was finished before counts.</returns>
    ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken);
}
