using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Runs calls to a failure destination under a time-out, and words what goes wrong: which destination, what the service said, what the role needs.</summary>
internal sealed class FailureCalls(FailureDestinationAddress address, string permissions, TimeProvider timeProvider)
{
    // As much as a batch of 6 MB needs on a slow way; delivering is repeated by whoever asked for it.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public TimeProvider Time => timeProvider;

    public async ValueTask<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Longest, timeProvider, cancellationToken);
        try
        {
            return await call(deadline.Token);
        }
        catch (Exception thrown) when (ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw Translate(thrown, deadline, what);
        }
    }

    /// <summary>Runs a call that only looks. Not being allowed to look says nothing about what is looked at.</summary>
    public async ValueTask LookAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(what, call, cancellationToken);
        }
        catch (StreamServiceException e) when (e is { Kind: StreamErrorKind.AccessDenied, StatusCode: not null })
        {
            // Delivering needs another permission.
        }
    }

    private Exception Translate(Exception thrown, Deadline deadline, string what)
    {
        var translated = ServiceErrors.Translate(thrown, deadline, $"{what} of {address}");
        return translated is StreamServiceException { Kind: StreamErrorKind.AccessDenied, StatusCode: not null } denied
            ? new StreamServiceException(denied.Kind, $"{denied.Message} The role needs {permissions}.", denied.InnerException)
            {
                ErrorCode = denied.ErrorCode,
                RequestId = denied.RequestId,
                StatusCode = denied.StatusCode,
            }
            : translated;
    }
}
