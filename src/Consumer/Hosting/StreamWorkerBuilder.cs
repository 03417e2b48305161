using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Says which consumers a worker runs.</summary>
public sealed class StreamWorkerBuilder
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal StreamWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets where everything is registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Gets the names of the consumers that were added.</summary>
    public IReadOnlyCollection<string> ConsumerNames => _names;

    /// <summary>Adds a consumer. Its settings can be given here and in the configuration section <c>StreamWorker:Consumers:NAME</c>, which wins.</summary>
    /// <param name="name">The consumer's name: part of its identity in the lease table. 1 to 128 characters: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    /// <param name="configure">Says where the records come from and how they are handled.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There is a consumer of this name already, or this one has no handler.</exception>
    public StreamWorkerBuilder AddConsumer(string name, Action<ConsumerBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (!_names.Add(name))
            throw new InvalidOperationException($"There is a consumer '{name}' already: names are unique.");

        Services.AddSingleton(new ConsumerRegistration(name));
        Services.AddOptions<ConsumerOptions>(name).ValidateOnStart();
        // Null where the consumer has none: records that are given up are then only told.
        Services.AddKeyedSingleton<IFailureDestination>(name, static (provider, key) => OpenDestination(provider, (string)key!)!);
        // Null where the consumer wants every record.
        Services.AddKeyedSingleton<IRecordFilter>(name, static (provider, key) => OpenFilter(provider, (string)key!)!);
        var consumer = new ConsumerBuilder(name, Services);
        configure(consumer);
        if (!consumer.HasHandler)
            throw new InvalidOperationException($"Consumer '{name}' has no handler: call Handle, HandleBatch or Process.");
        Services.AddSingleton<IValidateOptions<ConsumerOptions>>(new WindowCheck(name, consumer.HandlesWindows, consumer.HasOwnProcessor));
        return this;
    }

    private static IRecordFilter? OpenFilter(IServiceProvider services, string consumer) => ConsumerFilters.For(
        consumer,
        services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(consumer),
        services,
        services.GetRequiredService<ILoggerFactory>().CreateLogger($"StreamWorker.Consumers.{consumer}"));

    private static IFailureDestination? OpenDestination(IServiceProvider services, string consumer)
    {
        var options = services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(consumer);
        return string.IsNullOrEmpty(options.OnFailureDestination)
            ? options.FailureDestination?.Invoke(services)
            : services.GetRequiredService<IFailureDestinationFactory>().OpenDestination(FailureDestinationAddress.Parse(options.OnFailureDestination));
    }
}
