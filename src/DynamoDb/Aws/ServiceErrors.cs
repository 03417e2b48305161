using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Amazon.Runtime;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>Tells what kind of trouble a failed call met: by the service's code where it gave one (case-sensitive), otherwise by how the call failed.</summary>
internal static class ServiceErrors
{
    /// <summary>Gives the kind, or null when the exception is none of the service or of the way to it: a fault of ours, which is not to be hidden.</summary>
    public static StreamErrorKind? KindOf(Exception exception) => exception switch
    {
        // Half an answer, whatever status it began with.
        AmazonUnmarshallingException => StreamErrorKind.Unreachable,
        AmazonServiceException { ErrorCode: not null } error when ByCode(error.ErrorCode) is { } kind => kind,
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => StreamErrorKind.Throttled,
        AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => StreamErrorKind.AccessDenied,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError } => StreamErrorKind.ServiceFault,
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest } => StreamErrorKind.InvalidRequest,
        AmazonServiceException => StreamErrorKind.Unreachable,
        CredentialsException { IsTransient: true } => StreamErrorKind.Unreachable,
        CredentialsException => StreamErrorKind.AccessDenied,
        AmazonClientException => StreamErrorKind.InvalidRequest,
        HttpRequestException or IOException or TimeoutException or AuthenticationException or System.Net.Sockets.SocketException or OperationCanceledException => StreamErrorKind.Unreachable,
        JsonException => StreamErrorKind.Unreachable,
        _ => null,
    };

    /// <summary>Tells whether a failed call is for <see cref="Translate"/>.</summary>
    public static bool CanTranslate(Exception thrown, Deadline deadline) => deadline.Cancellation(thrown) is not null || KindOf(deadline.Reason(thrown)) is not null;

    /// <summary>Gives what to raise for a failed call: the caller's own cancellation, or the error with its kind.</summary>
    public static Exception Translate(Exception thrown, Deadline deadline, string call)
    {
        var reason = deadline.Reason(thrown);
        return (Exception?)deadline.Cancellation(thrown) ?? Describe(reason, KindOf(reason) ?? StreamErrorKind.Unreachable, call);
    }

    /// <summary>Gives the error to raise for a failed call.</summary>
    /// <param name="exception">How the call failed.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="call">What was called on what, for example <c>DescribeTable of table Orders</c>.</param>
    public static StreamServiceException Describe(Exception exception, StreamErrorKind kind, string call)
    {
        var service = exception as AmazonServiceException;
        var what = service switch
        {
            AmazonUnmarshallingException => $"the answer with status {(int)service.StatusCode} could not be read: {service.InnerException?.Message ?? service.Message}",
            { ErrorCode: not null } => $"the service answered {(int)service.StatusCode} {service.ErrorCode}: {service.Message}",
            not null => $"the answer was {(int)service.StatusCode} without an error code: {service.Message}",
            _ when exception is JsonException => $"the answer is not the JSON that was expected: {exception.Message}",
            _ => exception.Message,
        };
        return new StreamServiceException(kind, $"{call} failed: {what}", exception)
        {
            ErrorCode = service?.ErrorCode,
            RequestId = service?.RequestId,
            StatusCode = service is null || service.StatusCode == default ? null : (int)service.StatusCode,
        };
    }

    private static StreamErrorKind? ByCode(string code) => code switch
    {
        "ExpiredIteratorException" => StreamErrorKind.ExpiredIterator,
        "TrimmedDataAccessException" => StreamErrorKind.Trimmed,
        "LimitExceededException" or "ThrottlingException" or "Throttling" or "ThrottledException" or "RequestThrottled" or "RequestLimitExceeded"
            or "ProvisionedThroughputExceededException" or "TooManyRequestsException" => StreamErrorKind.Throttled,
        "ResourceNotFoundException" => StreamErrorKind.NotFound,
        "InternalServerError" or "InternalServerErrorException" or "InternalFailure" or "ServiceUnavailable" or "ServiceUnavailableException" => StreamErrorKind.ServiceFault,
        "AccessDeniedException" or "UnrecognizedClientException" or "ExpiredTokenException" or "ExpiredToken" or "InvalidSignatureException" or "SignatureDoesNotMatch"
            or "MissingAuthenticationTokenException" or "MissingAuthenticationToken" or "IncompleteSignatureException" or "IncompleteSignature"
            or "InvalidClientTokenId" or "NotAuthorized" or "OptInRequired" => StreamErrorKind.AccessDenied,
        "ValidationException" => StreamErrorKind.InvalidRequest,
        _ => null,
    };
}
