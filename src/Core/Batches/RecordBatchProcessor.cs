using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

/// <summary>
/// Runs a per-record pipeline over a batch in stream order and stops at the first failure: whatever ran behind it would be delivered, and so run, again.
/// </summary>
internal sealed class RecordBatchProcessor(RecordDelegate pipeline, IServiceScopeFactory scopes) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await using (var scope = scopes.CreateAsyncScope())
                {
                    await pipeline(record, new RecordContext(context, record, scope.ServiceProvider), cancellationToken);
                }

                // Only now: a record is handled when what was made for it is gone.
                context.Progress?.Report(record);
            }
            catch (Exception e)
            {
                return BatchResult.PartlyFailed([BatchItemFailure.Of(record, e) with { CancelledBy = context.CauseOf(e, cancellationToken) }]);
            }
        }

        return BatchResult.Succeeded;
    }
}
