using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamWorker.Diagnostics;

namespace StreamWorker.Batches;

/// <summary>Takes a batch through its layers to its handler, all in one scope, which is disposed of once, when the outermost layer has ended.</summary>
/// <param name="layers">Give each layer to a batch's scope, the outermost first.</param>
/// <param name="handler">Gives the handler to a batch's scope.</param>
/// <param name="scopes">Makes the scopes.</param>
/// <param name="logger">Is told of errors that are not the batch's result.</param>
internal sealed partial class BatchPipeline(
    IReadOnlyList<Func<IServiceProvider, IBatchMiddleware>> layers,
    Func<IServiceProvider, BatchDelegate> handler,
    IServiceScopeFactory scopes,
    ILogger<BatchPipeline> logger) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        BatchResult? result = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            result = await RunAsync(scope.ServiceProvider, records, context, cancellationToken);
            return result;
        }
        catch (Exception e) when (result is { Outcome: not BatchOutcome.Succeeded })
        {
            // What the handler said is known already and matters more than what went wrong behind it.
            LogDisposalFailed(context.Consumer, e);
            return result;
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e);
        }
    }

    private async ValueTask<BatchResult> RunAsync(IServiceProvider scope, IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Compose(scope)(records, context, cancellationToken);
            if (layers.Count > 0)
                ThrowIfNoAnswer(result, records, context.Consumer);
            return result;
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e, context.CauseOf(e, cancellationToken));
        }
    }

    private BatchDelegate Compose(IServiceProvider scope)
    {
        var pipeline = handler(scope);
        for (var i = layers.Count - 1; i >= 0; i--)
            pipeline = Around(layers[i], pipeline, scope);
        return pipeline;
    }

    /// <summary>Makes the layer only when it is reached: outer layers are made before inner ones, and so disposed of after them.</summary>
    private static BatchDelegate Around(Func<IServiceProvider, IBatchMiddleware> layer, BatchDelegate next, IServiceProvider scope) =>
        (records, context, cancellationToken) => layer(scope).InvokeAsync(records, context, next, cancellationToken);

    private static void ThrowIfNoAnswer(BatchResult? result, IReadOnlyList<StreamRecord> records, string consumer)
    {
        if (result is null)
            throw new RecordHandlerException($"Consumer '{consumer}': a layer around the batch gave no result, which fails the whole batch.");
        if (result.Failures.Count == 0)
            return;
        var numbers = records.Where(record => record.HasSequenceNumber).Select(record => record.SequenceNumber).ToHashSet();
        foreach (var failure in result.Failures)
        {
            if (failure.ItemIdentifier is { } name && !(SequenceNumber.TryParse(name, out var number) && numbers.Contains(number)))
                throw new RecordHandlerException($"Consumer '{consumer}': the result of the layers around the batch names '{name}', which is no record of it. That fails the whole batch.");
        }
    }

    [LoggerMessage(7101, LogLevel.Warning, "Consumer {Consumer}: services of a batch that failed could not be disposed of")]
    private partial void LogDisposalFailed(string consumer, Exception e);
}
