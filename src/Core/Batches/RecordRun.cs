using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

/// <summary>Takes one record through its layers to its handler, in a scope of its own.</summary>
internal sealed class RecordRun(RecordDelegate pipeline, IServiceScopeFactory scopes)
{
    /// <summary>Runs a record. Null when it was handled; nothing makes this method throw.</summary>
    public async ValueTask<BatchItemFailure?> RunAsync(StreamRecord record, BatchContext context, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var recordContext = new RecordContext(context, record, scopes);
            try
            {
                await pipeline(record, recordContext, cancellationToken);
            }
            finally
            {
                await recordContext.DisposeScopeAsync();
            }

            // Only now: a record is handled when what was made for it is gone.
            context.Progress?.Report(record);
            return null;
        }
        catch (Exception e)
        {
            return BatchItemFailure.Of(record, e) with { CancelledBy = context.CauseOf(e, cancellationToken) };
        }
    }
}
