using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Batches;

/// <summary>Hands a batch to an <see cref="IBatchHandler"/>, in a scope of its own.</summary>
internal sealed class HandlerBatchProcessor<THandler>(IServiceScopeFactory scopes) : IBatchProcessor
    where THandler : class, IBatchHandler
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var handler = scope.ServiceProvider.GetRequiredService<THandler>();
            return BatchResult.PartlyFailed(await handler.HandleAsync(records, context, cancellationToken));
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e, context.CauseOf(e, cancellationToken));
        }
    }
}
