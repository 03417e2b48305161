namespace StreamWorker.Core.Tests.Snippets;

internal sealed class IndexInBulk(BulkIndex index) : IBatchHandler
{
    public async ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(
        IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        var refused = await index.WriteAsync(records, cancellationToken);
        return [.. refused.Select(record => BatchItemFailure.Of(record, new InvalidOperationException("The index refused it.")))];
    }
}
