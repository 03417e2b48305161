namespace StreamWorker;

/// <summary>Handles the records of a stream one by one.</summary>
/// <remarks>
/// <para>Delivery is at least once: a record comes again after a failure, after a crash, and after a shard has moved to another worker.</para>
/// <para>The records of one item come in the order in which it was written, never two at a time. By default the same holds for the whole shard.</para>
/// <para>A handler reports failure by throwing. Nothing behind the failed record is checkpointed before it has been handled.</para>
/// <para>One instance is made for each record, in a dependency injection scope of its own.</para>
/// </remarks>
public interface IRecordHandler
{
    /// <summary>Handles one record.</summary>
    /// <param name="record">The record. It and everything read from it are valid until the returned task completes; see <see cref="StreamRecord.Detach"/>.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop: the worker is draining, the shard's lease was lost, or Lambda's deadline is near; <see cref="RecordContext.CancellationCause"/> tells which. A handler that honours it keeps the order of an item across moves.</param>
    /// <returns>A task that completes when the record is handled.</returns>
    ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken);
}
