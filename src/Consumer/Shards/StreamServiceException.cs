using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Shards;

/// <summary>The service answered with an error, or did not answer.</summary>
public sealed class StreamServiceException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="kind">What kind of trouble it is.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause, or null.</param>
    public StreamServiceException(StreamErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Gets what kind of trouble it is.</summary>
    public StreamErrorKind Kind { get; }

    /// <summary>Gets the service's error code, for example <c>ExpiredIteratorException</c>; null when it gave none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Gets the id of the request; null when there was no answer.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the answer's HTTP status; null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => Kind is StreamErrorKind.Throttled or StreamErrorKind.ServiceFault or StreamErrorKind.Unreachable or StreamErrorKind.ExpiredIterator;
}
