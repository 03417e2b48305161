namespace StreamWorker;

/// <summary>Handles the records of a stream one by one, their images as objects.</summary>
/// <typeparam name="T">What the images are read as.</typeparam>
/// <remarks>
/// <para>Delivery, order, scope and the ways to fail are those of <see cref="IRecordHandler"/>: at least once, in the order in which an item was written.</para>
/// <para>An image that cannot be read as <typeparamref name="T"/> raises its error where the handler asks for it, and so fails this record alone.</para>
/// </remarks>
public interface IRecordHandler<T>
    where T : class
{
    /// <summary>Handles one record.</summary>
    /// <param name="record">The record. <see cref="StreamRecord{T}.NewImage"/> is null for a removed item. Objects read from it may be kept; what is read from <see cref="StreamRecord{T}.Record"/> is valid until the returned task completes.</param>
    /// <param name="context">What is known about this delivery.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop; see <see cref="IRecordHandler.HandleAsync"/>.</param>
    /// <returns>A task that completes when the record is handled.</returns>
    ValueTask HandleAsync(StreamRecord<T> record, RecordContext context, CancellationToken cancellationToken);
}
