using Amazon.Runtime;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>No credentials were found, or they could not be fetched.</summary>
internal sealed class CredentialsException(Exception cause) : AmazonClientException(
    "No AWS credentials could be had. Give the process a role (of the task, the pod or the instance), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; " +
    $"an emulator takes any values. What was tried: {string.Join(' ', cause.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}",
    cause)
{
    /// <summary>Gets whether whoever hands out credentials was not reached, as opposed to having none for us.</summary>
    public bool IsTransient
    {
        get
        {
            for (var exception = InnerException; exception is not null; exception = exception.InnerException)
            {
                if (ServiceErrors.KindOf(exception) is StreamErrorKind.Unreachable or StreamErrorKind.ServiceFault or StreamErrorKind.Throttled)
                    return true;
            }

            return false;
        }
    }
}
