namespace StreamWorker.Diagnostics;

/// <summary>A record, or an attribute in it, is not what DynamoDB Streams promises or not what was asked for. The neighbours of the record are not affected.</summary>
public sealed class RecordFormatException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What was expected and what was found.</param>
    /// <param name="attributePath">Where, from the record down: for example <c>dynamodb.NewImage.total</c>.</param>
    /// <param name="eventId">The record's event id, or null when it is not known.</param>
    /// <param name="sequenceNumber">The record's sequence number, or null when it is not known.</param>
    /// <param name="innerException">The cause, or null.</param>
    public RecordFormatException(string message, string attributePath, string? eventId = null, SequenceNumber? sequenceNumber = null, Exception? innerException = null)
        : base($"{attributePath}: {message} (event id {eventId ?? "unknown"}, sequence number {sequenceNumber?.ToString() ?? "unknown"})", innerException)
    {
        AttributePath = attributePath;
        EventId = eventId;
        SequenceNumber = sequenceNumber;
    }

    /// <summary>Gets where in the record the fault is.</summary>
    /// <value>
    /// Names from the record down, for example <c>dynamodb.NewImage.lines[2].price</c>. A name that would be misread between dots is in brackets and
    /// quotes: <c>dynamodb.NewImage['unit.price']</c>.
    /// </value>
    public string AttributePath { get; }

    /// <summary>Gets the record's event id; null when it is not known.</summary>
    public string? EventId { get; }

    /// <summary>Gets the record's sequence number; null when it is not known.</summary>
    public SequenceNumber? SequenceNumber { get; }
}
