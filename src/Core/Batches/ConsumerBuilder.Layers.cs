using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

public sealed partial class ConsumerBuilder
{
    /// <summary>Each makes its layer around the next one, once, when the consumer is built.</summary>
    private readonly List<Func<IServiceProvider, Func<RecordDelegate, RecordDelegate>>> _recordLayers = [];

    /// <summary>Each makes, once, what gives its layer to a batch's scope.</summary>
    private readonly List<Func<IServiceProvider, Func<IServiceProvider, IBatchMiddleware>>> _batchLayers = [];

    /// <summary>Adds a layer around every record. Layers run in the order in which they were added, the first one outermost.</summary>
    /// <typeparam name="TMiddleware">The layer's type. It is registered as scoped unless it is registered already; one scope is made for each record.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public ConsumerBuilder Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IRecordMiddleware
    {
        ThrowIfBatchesAreHandled();
        Services.TryAddScoped<TMiddleware>();
        _required.Add(typeof(TMiddleware));
        _recordLayers.Add(static _ => next => (record, context, cancellationToken) =>
            context.Services.GetRequiredService<TMiddleware>().InvokeAsync(record, context, next, cancellationToken));
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
        _recordLayers.Add(_ => next => (record, context, cancellationToken) => middleware(record, context, next, cancellationToken));
        return this;
    }

    /// <summary>Adds a layer around every record that is made once, when the consumer is built, and serves all records. Layers run in the order in which they were added, the first one outermost.</summary>
    /// <param name="middleware">Makes the layer from the services of the process. What it makes is used from several threads and is not disposed of.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public ConsumerBuilder Use(Func<IServiceProvider, IRecordMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        ThrowIfBatchesAreHandled();
        _recordLayers.Add(provider =>
        {
            var layer = HandlerCheck.Make(Name, middleware, provider);
            return next => (record, context, cancellationToken) => layer.InvokeAsync(record, context, next, cancellationToken);
        });
        return this;
    }

    /// <summary>Adds a layer around every batch. Layers run in the order in which they were added, the first one outermost, and around all layers of records.</summary>
    /// <typeparam name="TMiddleware">The layer's type. It is registered as scoped unless it is registered already; one scope is made for each batch.</typeparam>
    /// <returns>This builder.</returns>
    public ConsumerBuilder UseBatch<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IBatchMiddleware
    {
        Services.TryAddScoped<TMiddleware>();
        _required.Add(typeof(TMiddleware));
        _batchLayers.Add(static _ => static scope => scope.GetRequiredService<TMiddleware>());
        return this;
    }

    /// <summary>Adds a layer around every batch. Layers run in the order in which they were added, the first one outermost, and around all layers of records.</summary>
    /// <param name="middleware">The layer: records, context, next layer, cancellation.</param>
    /// <returns>This builder.</returns>
    public ConsumerBuilder UseBatch(Func<IReadOnlyList<StreamRecord>, BatchContext, BatchDelegate, CancellationToken, ValueTask<BatchResult>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return UseBatch(_ => new FunctionBatchMiddleware(middleware));
    }

    /// <summary>Adds a layer around every batch that is made once, when the consumer is built, and serves all batches. Layers run in the order in which they were added, the first one outermost.</summary>
    /// <param name="middleware">Makes the layer from the services of the process. What it makes is used from several threads and is not disposed of.</param>
    /// <returns>This builder.</returns>
    public ConsumerBuilder UseBatch(Func<IServiceProvider, IBatchMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _batchLayers.Add(provider =>
        {
            var layer = HandlerCheck.Make(Name, middleware, provider);
            return _ => layer;
        });
        return this;
    }

    private void ThrowIfBatchesAreHandled()
    {
        if (_handlesBatches)
            throw new InvalidOperationException($"Consumer '{Name}' handles batches: layers around records do not run around its handler. UseBatch adds one around its batches.");
    }

    private RecordDelegate AroundRecords(RecordDelegate handler, IServiceProvider provider)
    {
        var pipeline = handler;
        for (var i = _recordLayers.Count - 1; i >= 0; i--)
            pipeline = _recordLayers[i](provider)(pipeline);
        return pipeline;
    }

    private BatchPipeline AroundBatches(Func<IServiceProvider, BatchDelegate> handler, IServiceProvider provider) => new(
        [.. _batchLayers.Select(layer => layer(provider))],
        handler,
        provider.GetRequiredService<IServiceScopeFactory>(),
        provider.GetService<ILogger<BatchPipeline>>() ?? NullLogger<BatchPipeline>.Instance);

    private sealed class FunctionBatchMiddleware(Func<IReadOnlyList<StreamRecord>, BatchContext, BatchDelegate, CancellationToken, ValueTask<BatchResult>> function) : IBatchMiddleware
    {
        public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken) =>
            function(records, context, next, cancellationToken);
    }
}
