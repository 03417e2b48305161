using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;

namespace StreamWorker.Middleware;

/// <summary>Tries a failed record again in place.</summary>
public static class RetryExtensions
{
    /// <summary>Tries a failed record again in place, a bounded number of times, before it counts as failed.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="configure">Changes the options; null leaves them at their defaults.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// <para>
    /// Good for faults that last moments. A record that still fails is delivered again like any other, so that nothing is lost; only then does
    /// <see cref="RecordContext.Attempt"/> grow. The records behind it in the shard wait meanwhile.
    /// </para>
    /// <para>
    /// All tries share the record's scope: a class handler is the same instance each time. Work that was told to stop is not tried again: not when the host
    /// is stopping, not when the lease is lost, and not when a time-out around this layer is over.
    /// </para>
    /// <para>Time is the <see cref="TimeProvider"/> of the services.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public static ConsumerBuilder UseRetry(this ConsumerBuilder consumer, Action<RetryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        var options = new RetryOptions();
        configure?.Invoke(options);
        options.ThrowIfInvalid(consumer.Name);
        return consumer.Use(provider => new RecordRetry(
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ILogger<RecordRetry>>() ?? NullLogger<RecordRetry>.Instance));
    }
}
