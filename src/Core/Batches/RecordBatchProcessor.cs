using StreamWorker.Diagnostics;

namespace StreamWorker.Batches;

/// <summary>Handles the records of a batch one by one and says which were not handled.</summary>
internal sealed class RecordBatchProcessor(RecordRun run, BatchOptions options) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        if (!options.IsOneByOne || context.IsolatesItems)
        {
            var lanes = new ItemLanes(records, run, context, options, cancellationToken);
            await lanes.RunAsync();
            return Result(records.Count, lanes.Handled, lanes.Unfinished());
        }

        for (var i = 0; i < records.Count; i++)
        {
            if (await run.RunAsync(records[i], context, cancellationToken) is { } failure)
                return Result(records.Count, handled: i, [failure]);
        }

        return BatchResult.Succeeded;
    }

    private BatchResult Result(int records, int handled, IReadOnlyList<BatchItemFailure> unfinished)
    {
        if (!options.ThrowWhenAllFailed || handled > 0 || unfinished.Count == 0 || unfinished.Any(failure => failure.CancelledBy != CancellationCause.None))
            return BatchResult.PartlyFailed(unfinished);
        return BatchResult.AllFailed(unfinished, records);
    }
}
