namespace StreamWorker.Pipeline;

/// <summary>A layer around the handling of each record.</summary>
/// <remarks>
/// <para>Layers run in the order in which they were added, the first one outermost. An error passes out through every layer; a layer may handle it or put another in its place.</para>
/// <para>A class that is registered as scoped is made once for each record, in the record's scope, which is disposed of when the outermost layer has ended.</para>
/// </remarks>
public interface IRecordMiddleware
{
    /// <summary>Does its part and calls the next layer.</summary>
    /// <param name="record">The record.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="next">The next layer, at last the handler. A layer that does not call it has handled the record itself.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop.</param>
    /// <returns>A task that completes when the record is handled.</returns>
    ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken);
}
