namespace StreamWorker.Samples.BatchHandler;

/// <summary>Writes a whole batch to a search index in one call and says which records the index refused. What it throws fails the whole batch.</summary>
internal sealed class IndexOrders(BulkIndex index) : IBatchHandler
{
    public async ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        var refusals = await index.WriteAsync(records, cancellationToken);
        return [.. refusals.Select(refusal => BatchItemFailure.Of(records[refusal.Position], new HttpRequestException(refusal.Reason)))];
    }
}
