using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Middleware;

/// <summary>Bounds the time of a record, or of a batch.</summary>
public static class TimeoutExtensions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Bounds the time of each record in the layers inside this one and in the handler.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="limit">The time that a record has. Allowed: more than zero, at most one day.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// <para>
    /// When the time is over, the handler's token is cancelled with the cause <see cref="CancellationCause.TimedOut"/>. The record has then failed with a
    /// <see cref="Diagnostics.HandlerTimeoutException"/> that names the limit, whatever the handler still returns: an early return is not told from a late one.
    /// </para>
    /// <para>
    /// The handler is waited for before its record fails, because the next delivery of the record must not run beside it. A handler that ignores its token
    /// is therefore not cut short, and holds up what is behind it in the shard for as long as it runs.
    /// </para>
    /// <para>Inside <see cref="RetryExtensions.UseRetry"/> the limit holds for each try, outside of it for all of them together. Time is the <see cref="TimeProvider"/> of the services.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The consumer handles batches: use <see cref="UseBatchTimeout"/>.</exception>
    public static ConsumerBuilder UseTimeout(this ConsumerBuilder consumer, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        ThrowIfOutOfRange(consumer, limit);
        return consumer.Use(provider => new RecordTimeout(limit, TimeOf(provider)));
    }

    /// <summary>Bounds the time of each batch in the layers inside this one and in the handler.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="limit">The time that a batch has. Allowed: more than zero, at most one day.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// When the time is over, the handler's token is cancelled with the cause <see cref="CancellationCause.TimedOut"/>, and the handler is waited for. Records that were
    /// handled stay handled; only those that were not are reported, with a <see cref="Diagnostics.HandlerTimeoutException"/> that names the limit. A handler of batches whose
    /// call ends with an error has handled none.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is out of its range.</exception>
    public static ConsumerBuilder UseBatchTimeout(this ConsumerBuilder consumer, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        ThrowIfOutOfRange(consumer, limit);
        return consumer.UseBatch(provider => new BatchTimeout(limit, TimeOf(provider)));
    }

    private static TimeProvider TimeOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    private static void ThrowIfOutOfRange(ConsumerBuilder consumer, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero || limit > s_longest)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"Consumer '{consumer.Name}': a time-out must be more than zero and at most {s_longest}.");
    }
}
