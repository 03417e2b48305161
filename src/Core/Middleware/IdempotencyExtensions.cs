using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;
using StreamWorker.Steps;

namespace StreamWorker.Middleware;

/// <summary>Does not handle again what was handled before.</summary>
public static class IdempotencyExtensions
{
    /// <summary>Does not handle a record again whose handling is recorded in the <see cref="IStepJournal"/>.</summary>
    /// <param name="consumer">The consumer. An <see cref="IStepJournal"/> must be registered as a singleton in its services.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// <para>
    /// The journal is asked before the handler runs and written to after it has ended well. Once that has been recorded, no worker handles the record again for
    /// this consumer, as long as the journal keeps the entry (at least 48 hours). Up to then, delivery stays at least once: a crash, a lost lease or a failing journal between
    /// the handler's end and the record of it makes the handler run again.
    /// </para>
    /// <para>
    /// A journal that fails fails the record, before the handler as after it, so that nothing is lost. Two workers that both believe to own the shard can both run the
    /// handler; the journal then keeps the first entry, and refuses that of the older lease. What the handler does elsewhere is guarded by
    /// <see cref="RecordContext.IdempotencyKey"/> and <see cref="RecordContext.LeaseEpoch"/>, handed on to whoever it talks to.
    /// </para>
    /// <para>Put it around <see cref="RetryExtensions.UseRetry"/>: what is recorded is the end of all tries.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public static ConsumerBuilder UseIdempotency(this ConsumerBuilder consumer)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return consumer.Use(static provider => new IdempotencyGuard(
            provider.GetService<IStepJournal>() ?? throw new InvalidOperationException($"{nameof(UseIdempotency)} needs an {nameof(IStepJournal)}, and none is registered."),
            provider.GetService<ILogger<IdempotencyGuard>>() ?? NullLogger<IdempotencyGuard>.Instance));
    }
}
