namespace StreamWorker.Batches;

/// <summary>A layer around the handling of each batch, whether the consumer handles records, batches, or hands them to something else.</summary>
/// <remarks>
/// <para>
/// Layers run in the order in which they were added, the first one outermost. A handler's failure comes back as a result. A layer that throws passes its error out
/// through the layers around it; one that reaches the outside fails the whole batch.
/// </para>
/// <para>A class that is registered as scoped is made once for each batch; its scope is disposed of when the outermost layer has ended.</para>
/// </remarks>
public interface IBatchMiddleware
{
    /// <summary>Does its part and calls the next layer.</summary>
    /// <param name="records">The records, in stream order, empty only in the final call of a tumbling window. They are valid until the returned task completes; see <see cref="StreamRecord.Detach"/>.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="next">The next layer, at last the handler. A layer that does not call it answers for the batch itself.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop.</param>
    /// <returns>What became of the batch. Failures name records of the batch, or none (the whole batch then counts as failed); any other name is an error that fails the whole batch.</returns>
    ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken);
}
