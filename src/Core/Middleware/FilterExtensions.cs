using StreamWorker.Batches;

namespace StreamWorker.Middleware;

/// <summary>Leaves records out.</summary>
public static class FilterExtensions
{
    /// <summary>Handles only the records for which a function says so.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="predicate">Says whether a record is handled. Used from several threads. A record for which it throws has failed.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// A record that is left out counts as handled: it is not delivered again, and the checkpoint passes it. The counter <c>streamworker.record.filtered</c> counts it. In Lambda
    /// and where the mapping's filter criteria can say the same, those come before this and cost no invocation.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public static ConsumerBuilder UseFilter(this ConsumerBuilder consumer, Func<StreamRecord, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        ArgumentNullException.ThrowIfNull(predicate);
        return consumer.Use(_ => new RecordFilter(predicate));
    }
}
