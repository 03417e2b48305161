namespace StreamWorker.Core.Tests.Snippets;

/// <summary>An index that takes many documents at once and says which it refuses.</summary>
internal sealed class BulkIndex(string refused)
{
    public ValueTask<IReadOnlyList<StreamRecord>> WriteAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. records.Where(record => record.SequenceNumber == SequenceNumber.Parse(refused))]);
    }
}
