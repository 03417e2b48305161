using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

public sealed partial class ConsumerBuilder
{
    /// <summary>Makes what handles records, or a processor of the user's own.</summary>
    private Func<IServiceProvider, IBatchProcessor>? _processor;

    /// <summary>Gets whether the consumer's batches go to a processor of its own, which may be one of tumbling windows or not.</summary>
    public bool HasOwnProcessor { get; private set; }

    /// <summary>Gives the handler of batches to a batch's scope.</summary>
    private Func<IServiceProvider, BatchDelegate>? _batchHandler;

    private bool _handlesBatches;

    /// <summary>Gets whether the consumer's handler takes whole batches, so that layers around records do not apply.</summary>
    public bool HandlesBatches => _handlesBatches;

    /// <summary>Handles each record with a class.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each record.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IRecordHandler
    {
        Handle(static (record, context, cancellationToken) =>
            context.Services.GetRequiredService<THandler>().HandleAsync(record, context, cancellationToken));
        return Require<THandler>();
    }

    /// <summary>Handles each record with a function.</summary>
    /// <param name="handler">The handler. It reports failure by throwing.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle(RecordDelegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Set(provider => new RecordBatchProcessor(new RecordRun(AroundRecords(handler, provider), provider.GetRequiredService<IServiceScopeFactory>()), _options));
    }

    /// <summary>Handles each batch with a class that says which records failed. Layers around records do not apply.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each batch.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder HandleBatch<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IBatchHandler
    {
        ThrowIfRecordsHaveLayers();
        ThrowIfHandled();
        _batchHandler = scope => (records, context, cancellationToken) => HandleBatchAsync<THandler>(scope, records, context, cancellationToken);
        _handlesBatches = true;
        return Require<THandler>();
    }

    /// <summary>Handles each batch with something else, for example an endpoint behind HTTP. Layers around records do not apply.</summary>
    /// <param name="processor">Makes the processor, once.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder Process(Func<IServiceProvider, IBatchProcessor> processor)
    {
        ArgumentNullException.ThrowIfNull(processor);
        ThrowIfRecordsHaveLayers();
        Set(processor);
        HasOwnProcessor = true;
        _handlesBatches = true;
        return this;
    }

    private async ValueTask<BatchResult> HandleBatchAsync<THandler>(IServiceProvider scope, IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        where THandler : class, IBatchHandler
    {
        try
        {
            var failures = await scope.GetRequiredService<THandler>().HandleAsync(records, context, cancellationToken);
            var allFailed = _options.ThrowWhenAllFailed && failures is { Count: > 0 } && failures.Select(failure => failure.ItemIdentifier).Distinct().Count() == records.Count;
            return allFailed ? BatchResult.AllFailed(failures, records.Count) : BatchResult.PartlyFailed(failures);
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e, context.CauseOf(e, cancellationToken));
        }
    }

    private ConsumerBuilder Set(Func<IServiceProvider, IBatchProcessor> processor)
    {
        ThrowIfHandled();
        _processor = processor;
        return this;
    }

    private void ThrowIfHandled()
    {
        if (HasHandler)
            throw new InvalidOperationException($"Consumer '{Name}' has a handler already: a consumer has exactly one.");
    }

    private void ThrowIfRecordsHaveLayers()
    {
        if (_recordLayers.Count > 0)
            throw new InvalidOperationException($"Consumer '{Name}' has layers around records: they do not run around a handler of batches. UseBatch adds one that does.");
    }

    private ConsumerBuilder Require<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class
    {
        Services.TryAddScoped<THandler>();
        _required.Add(typeof(THandler));
        return this;
    }
}
