using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Says in code which records a consumer wants.</summary>
public static class DeliveryFilterExtensions
{
    /// <summary>Passes over the records for which a function says no, before batches are made: a batch is filled with records that are wanted, and one of others is never handed over.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="predicate">
    /// Says whether a record is wanted. It depends on nothing but the record, is used from several threads and does not wait. A record for which it throws is delivered.
    /// </param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// <para>It comes on top of <see cref="ConsumerOptions.FilterCriteria"/>, and of other such functions: a record that is delivered is wanted by all of them.</para>
    /// <para>In Lambda, where the event source mapping makes the batches, it has no effect. <c>UseFilter</c> works in both: it is a layer around the handler, so the record is in a
    /// batch by then, counts towards its size, and counts as handled.</para>
    /// </remarks>
    public static ConsumerBuilder FilterBeforeBatching(this ConsumerBuilder consumer, Func<StreamRecord, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        ArgumentNullException.ThrowIfNull(predicate);
        consumer.Services.AddKeyedSingleton(consumer.Name, new DeliveryPredicate(predicate));
        return consumer;
    }
}
