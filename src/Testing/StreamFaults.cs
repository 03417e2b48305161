using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>Errors as the service raises them, for <see cref="InMemoryStreams.OnCall"/>.</summary>
public static class StreamFaults
{
    /// <summary>Makes the error of a call that came too soon.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException Throttled() => Of(StreamErrorKind.Throttled, "ThrottlingException", "Rate exceeded");

    /// <summary>Makes the error of a service that failed.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException ServiceFault() => Of(StreamErrorKind.ServiceFault, "InternalServerError", "The service failed.", 500);

    /// <summary>Makes the error of a service that does not answer.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException Unreachable() => new(StreamErrorKind.Unreachable, "The service did not answer.");

    /// <summary>Makes the error of credentials that are not good.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException AccessDenied() => Of(StreamErrorKind.AccessDenied, "AccessDeniedException", "The caller may not do this.");

    /// <summary>Makes the error of an iterator that is older than 15 minutes.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException ExpiredIterator() => Of(StreamErrorKind.ExpiredIterator, "ExpiredIteratorException", "The iterator is older than 15 minutes.");

    /// <summary>Makes the error of a position that the stream no longer has.</summary>
    /// <returns>The error.</returns>
    public static StreamServiceException Trimmed() => Of(StreamErrorKind.Trimmed, "TrimmedDataAccessException", "The position is older than what the stream keeps.");

    /// <summary>Makes the error of a stream or a shard that is not known.</summary>
    /// <param name="what">What is not known.</param>
    /// <returns>The error.</returns>
    public static StreamServiceException NotFound(string what = "The stream or the shard") => Of(StreamErrorKind.NotFound, "ResourceNotFoundException", $"{what} is not known.");

    /// <summary>Makes the error of a request that the service does not take.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <returns>The error.</returns>
    public static StreamServiceException InvalidRequest(string message) => Of(StreamErrorKind.InvalidRequest, "ValidationException", message);

    private static StreamServiceException Of(StreamErrorKind kind, string code, string message, int status = 400) =>
        new(kind, message) { ErrorCode = code, StatusCode = status, RequestId = "in-memory" };
}
