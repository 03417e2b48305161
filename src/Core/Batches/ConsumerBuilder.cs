using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Batches;

/// <summary>Says how a consumer handles records: layers first, then one handler. The Worker, Lambda and tests take the same builder.</summary>
public sealed partial class ConsumerBuilder
{
    private readonly List<Type> _required = [];
    private readonly BatchOptions _options = new();

    /// <summary>Makes a builder.</summary>
    /// <param name="name">The consumer's name, unique in its process.</param>
    /// <param name="services">Where handlers and layers are registered.</param>
    public ConsumerBuilder(string name, IServiceCollection services)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(services);
        Name = name;
        Services = services;
        services.AddKeyedSingleton<IBatchProcessor>(name, (provider, _) => Build(provider));
    }

    /// <summary>Gets the consumer's name.</summary>
    public string Name { get; }

    /// <summary>Gets where handlers, layers and what they need are registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Gets whether the consumer has a handler.</summary>
    public bool HasHandler => _processor is not null || _batchHandler is not null;

    /// <summary>Sets how the records of a batch are handled.</summary>
    /// <remarks>
    /// Checked when the consumer is built, at start: a setting out of its range, or one that does not apply to the consumer's handler, is an <see cref="InvalidOperationException"/>
    /// that names it.
    /// </remarks>
    /// <param name="configure">Sets the options. Several calls change the same ones.</param>
    /// <returns>This builder.</returns>
    public ConsumerBuilder ConfigureBatches(Action<BatchOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_options);
        return this;
    }

    /// <summary>Makes the consumer's processor after checking that everything it needs can be made.</summary>
    private IBatchProcessor Build(IServiceProvider provider)
    {
        if (!HasHandler)
            throw new InvalidOperationException($"Consumer '{Name}' has no handler: call Handle, HandleBatch, HandleWindow or Process.");
        _options.ThrowIfInvalid(Name, _handlesBatches);
        _checkState?.Invoke();
        HandlerCheck.Resolve(Name, _required, provider);
        if (_batchHandler is not null)
            return AroundBatches(_batchHandler, provider);
        var processor = _processor!(provider);
        return _batchLayers.Count == 0 ? processor : AroundBatches(_ => processor.ProcessAsync, provider);
    }
}
