using StreamWorker.Batches;

namespace StreamWorker.Middleware;

/// <summary>Makes a span of each record's handling.</summary>
public static class TracingExtensions
{
    /// <summary>Starts a span around each record: <c>process {table}</c>, of kind consumer, from the activity source <c>StreamWorker</c>.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// <para>
    /// Its attributes are OpenTelemetry's for messaging: <c>messaging.operation.name</c> and <c>messaging.operation.type</c> (<c>process</c>), <c>messaging.system</c>
    /// (<c>aws.dynamodb_streams</c>), <c>messaging.destination.name</c> (the table), <c>messaging.destination.partition.id</c> (the shard; not in Lambda),
    /// <c>messaging.consumer.group.name</c> (the consumer) and <c>messaging.message.id</c> (the event id). They are there before the sampler is asked.
    /// </para>
    /// <para>
    /// A record that was not handled has a span with the status error and <c>error.type</c>, the error's type. The error's message is not in it: it may quote the item.
    /// </para>
    /// <para>Without a listener nothing is allocated.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public static ConsumerBuilder UseTracing(this ConsumerBuilder consumer)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return consumer.Use(static _ => new RecordTracing());
    }
}
