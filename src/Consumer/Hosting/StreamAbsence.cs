using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Decides when a stream is gone: the service says again and again that it does not know it, and does not list it either. A stream that is listed has records that may be
/// unfinished, and no later one is begun before them, however often it is said to be unknown.
/// </summary>
internal sealed class StreamAbsence(ConsumerTools tools)
{
    private const int MostMisses = 3;

    private int _misses;

    /// <summary>The stream is known.</summary>
    public void Ends() => _misses = 0;

    /// <summary>The service does not know the stream.</summary>
    /// <returns>True when the stream is gone.</returns>
    public async ValueTask<bool> IsCertainAsync(ShardDiscovery discovery, CancellationToken cancellationToken)
    {
        if (++_misses < MostMisses)
            return false;
        try
        {
            return !await discovery.IsListedAsync(cancellationToken);
        }
        catch (StreamServiceException e)
        {
            // Who names a stream by its ARN need not be allowed to list streams, and no other one is begun after it.
            return e.Kind == StreamErrorKind.AccessDenied && string.IsNullOrEmpty(tools.Options.TableName);
        }
    }
}
