using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Says where a consumer's records come from, and where those go that are given up. In Lambda, where the event source mapping decides that, these have no effect.</summary>
public static class ConsumerBuilderExtensions
{
    /// <summary>Consumes the stream of a table.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="tableName">The table's name.</param>
    /// <returns>The consumer.</returns>
    public static ConsumerBuilder FromTable(this ConsumerBuilder consumer, string tableName) => consumer.Configure(options => options.TableName = tableName);

    /// <summary>Consumes a stream.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="streamArn">The stream's ARN.</param>
    /// <returns>The consumer.</returns>
    public static ConsumerBuilder FromStream(this ConsumerBuilder consumer, string streamArn) => consumer.Configure(options => options.StreamArn = streamArn);

    /// <summary>Sends records that are given up to a queue, topic, bucket, table or folder. What configuration says wins.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="destination">An ARN or a folder, as in <see cref="ConsumerOptions.OnFailureDestination"/>.</param>
    /// <returns>The consumer.</returns>
    public static ConsumerBuilder OnFailure(this ConsumerBuilder consumer, string destination) =>
        consumer.Configure(options => (options.OnFailureDestination, options.FailureDestination) = (destination, null));

    /// <summary>Gives records that are given up to code. What configuration says wins.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="destination">Makes the destination, once. It is disposed of at the end where it is disposable.</param>
    /// <returns>The consumer.</returns>
    public static ConsumerBuilder OnFailure(this ConsumerBuilder consumer, Func<IServiceProvider, IFailureDestination> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return consumer.Configure(options => (options.OnFailureDestination, options.FailureDestination) = (null, destination));
    }

    /// <summary>Sets the consumer's options in code. What configuration says wins.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>The consumer.</returns>
    public static ConsumerBuilder Configure(this ConsumerBuilder consumer, Action<ConsumerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        consumer.Services.Configure(consumer.Name, configure);
        return consumer;
    }
}
