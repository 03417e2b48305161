namespace StreamWorker.Pipeline;

/// <summary>The rest of a record's pipeline.</summary>
/// <param name="record">The record.</param>
/// <param name="context">What is known about this delivery.</param>
/// <param name="cancellationToken">Cancelled when the work must stop.</param>
/// <returns>A task that completes when the record is handled.</returns>
public delegate ValueTask RecordDelegate(StreamRecord record, RecordContext context, CancellationToken cancellationToken);
