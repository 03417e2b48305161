using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Testing.Running;

/// <summary>Directly around the handler, inside the consumer's own layers: what a test does to a record before it is handled, and the failures that it has ordered.</summary>
internal sealed class HandlerLayer(HarnessWorker worker, HarnessWorld world) : IRecordMiddleware, IBatchMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        await BeforeAsync(record, cancellationToken);
        if (world.Faults.Take(record, afterHandler: false) is { } before)
            throw before;
        await next(record, context, cancellationToken);
        await worker.LivingAsync();
        if (world.Faults.Take(record, afterHandler: true) is { } after)
            throw after;
    }

    public async ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
    {
        foreach (var record in records)
            await BeforeAsync(record, cancellationToken);
        if (Take(records, afterHandler: false) is { } before)
            return BatchResult.Failed(before);
        var result = await next(records, context, cancellationToken);
        await worker.LivingAsync();
        return Take(records, afterHandler: true) is { } after ? BatchResult.Failed(after) : result;
    }

    private async ValueTask BeforeAsync(StreamRecord record, CancellationToken cancellationToken)
    {
        await worker.LivingAsync();
        if (world.OnHandling is { } hook)
            await hook(record, cancellationToken);
        await worker.LivingAsync();
    }

    private Exception? Take(IReadOnlyList<StreamRecord> records, bool afterHandler) =>
        records.Select(record => world.Faults.Take(record, afterHandler)).FirstOrDefault(fault => fault is not null);
}
