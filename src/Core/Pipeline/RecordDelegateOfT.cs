namespace StreamWorker.Pipeline;

/// <summary>Handles one record whose images are read as objects.</summary>
/// <typeparam name="T">What the images are read as.</typeparam>
/// <param name="record">The record.</param>
/// <param name="context">What is known about this delivery.</param>
/// <param name="cancellationToken">Cancelled when the work must stop.</param>
/// <returns>A task that completes when the record is handled.</returns>
public delegate ValueTask RecordDelegate<T>(StreamRecord<T> record, RecordContext context, CancellationToken cancellationToken)
    where T : class;
