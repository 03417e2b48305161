using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

/// <summary>Says how a consumer handles records: layers first, then one handler. The Worker, Lambda and tests take the same builder.</summary>
public sealed class ConsumerBuilder
{
    private readonly List<Func<RecordDelegate, RecordDelegate>> _layers = [];
    private readonly List<Type> _required = [];
    private Func<IServiceProvider, IBatchProcessor>? _processor;
    private bool _handlesBatches;

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
    public bool HasHandler => _processor is not null;

    /// <summary>Adds a layer around every record. Layers run in the order in which they were added, the first one outermost.</summary>
    /// <typeparam name="TMiddleware">The layer's type. It is registered as scoped unless it is registered already.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public ConsumerBuilder Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IRecordMiddleware
    {
        ThrowIfBatchesAreHandled();
        Services.TryAddScoped<TMiddleware>();
        _layers.Add(next => (record, context, cancellationToken) =>
            context.Services.GetRequiredService<TMiddleware>().InvokeAsync(record, context, next, cancellationToken));
        _required.Add(typeof(TMiddleware));
        return this;
    }

    /// <summary>Adds a layer around every record. Layers run in the order in which they were added, the first one outermost.</summary>
    /// <param name="middleware">The layer: record, context, next layer, cancellation.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public ConsumerBuilder Use(Func<StreamRecord, RecordContext, RecordDelegate, CancellationToken, ValueTask> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        ThrowIfBatchesAreHandled();
        _layers.Add(next => (record, context, cancellationToken) => middleware(record, context, next, cancellationToken));
        return this;
    }

    /// <summary>Handles each record with a class.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each record.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IRecordHandler
    {
        Services.TryAddScoped<THandler>();
        _required.Add(typeof(THandler));
        return Handle(static (record, context, cancellationToken) =>
            context.Services.GetRequiredService<THandler>().HandleAsync(record, context, cancellationToken));
    }

    /// <summary>Handles each record with a function.</summary>
    /// <param name="handler">The handler. It reports failure by throwing.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle(RecordDelegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Set(provider => new RecordBatchProcessor(Compose(handler), provider.GetRequiredService<IServiceScopeFactory>()));
    }

    /// <summary>Handles each batch with a class that says which records failed. Layers around records do not apply.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each batch.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder HandleBatch<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IBatchHandler
    {
        Services.TryAddScoped<THandler>();
        _required.Add(typeof(THandler));
        return Process(provider => new HandlerBatchProcessor<THandler>(provider.GetRequiredService<IServiceScopeFactory>()));
    }

    /// <summary>Handles each batch with something else, for example an endpoint behind HTTP. Layers around records do not apply.</summary>
    /// <param name="processor">Makes the processor, once.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder Process(Func<IServiceProvider, IBatchProcessor> processor)
    {
        ArgumentNullException.ThrowIfNull(processor);
        if (_layers.Count > 0)
            throw new InvalidOperationException($"Consumer '{Name}' has layers around records: they do not run around a handler of batches.");
        Set(processor);
        _handlesBatches = true;
        return this;
    }

    private ConsumerBuilder Set(Func<IServiceProvider, IBatchProcessor> processor)
    {
        if (HasHandler)
            throw new InvalidOperationException($"Consumer '{Name}' has a handler already: a consumer has exactly one.");
        _processor = processor;
        return this;
    }

    private void ThrowIfBatchesAreHandled()
    {
        if (_handlesBatches)
            throw new InvalidOperationException($"Consumer '{Name}' handles batches: layers around records do not run around its handler.");
    }

    /// <summary>Makes the consumer's processor after checking that everything it needs can be made.</summary>
    private IBatchProcessor Build(IServiceProvider provider)
    {
        if (_processor is null)
            throw new InvalidOperationException($"Consumer '{Name}' has no handler: call Handle, HandleBatch or Process.");
        HandlerCheck.Resolve(Name, _required, provider);
        return _processor(provider);
    }

    private RecordDelegate Compose(RecordDelegate handler)
    {
        var composed = handler;
        for (var i = _layers.Count - 1; i >= 0; i--)
            composed = _layers[i](composed);
        return composed;
    }
}
