using System.Globalization;
using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>The time-out of one call, by an injected clock, together with the caller's own cancellation.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken caller)
    {
        _timeout = timeout;
        _caller = caller;
        _timer = new CancellationTokenSource(timeout, timeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    /// <summary>Gets the token that ends the call, for either reason.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>Gives why a call failed: the time-out (unless it was the service that said no), or what was thrown.</summary>
    public Exception Reason(Exception thrown) => _timer.IsCancellationRequested && thrown is not AmazonServiceException
        ? new TimeoutException($"there was no answer within {_timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s", thrown)
        : thrown;

    /// <summary>Gives the caller's own cancellation, when that is what ended the call; otherwise null.</summary>
    public OperationCanceledException? Cancellation(Exception thrown) => _caller.IsCancellationRequested
        ? new OperationCanceledException("The call was cancelled.", thrown, _caller)
        : null;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
