using StreamWorker.Batches;

namespace StreamWorker.Testing.Running;

/// <summary>Around the whole consumer, its own layers included: knows which batches are with it, and what became of them.</summary>
internal sealed class ConsumerLayer(HarnessWorker worker, HarnessWorld world) : IBatchMiddleware
{
    public async ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
    {
        await worker.LivingAsync();
        var batch = world.Log.Begin(worker, records, context);
        var result = await worker.CallAsync(() => HandleAsync(records, context.WithProgress(batch), next, cancellationToken));
        batch.End(result);
        return result;
    }

    private async ValueTask<BatchResult> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
    {
        try
        {
            return world.Options.RunHandlersOnThreadPool
                ? await Task.Run(() => next(records, context, cancellationToken).AsTask(), CancellationToken.None)
                : await next(records, context, cancellationToken);
        }
        catch (Exception e)
        {
            // As whoever delivers takes it.
            return BatchResult.Failed(e);
        }
    }
}
