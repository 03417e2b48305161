using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Diagnostics;
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
                await using var scope = scopes.CreateAsyncScope();
                await pipeline(record, new RecordContext(context, record, scope.ServiceProvider), cancellationToken);
            }
            catch (Exception e)
            {
                return Stopped(record, e);
            }
        }

        return BatchResult.Succeeded;
    }

    private static BatchResult Stopped(StreamRecord record, Exception error) => record.HasSequenceNumber
        ? BatchResult.PartlyFailed([BatchItemFailure.Of(record, error)])
        : BatchResult.PartlyFailed([new BatchItemFailure(null, new RecordHandlerException("A record without sequence number failed.", error))]);
}
