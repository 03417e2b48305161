using System.Collections.Concurrent;

namespace StreamWorker.Core.Tests.Snippets;

/// <summary>Stands for where the totals of windows are kept.</summary>
internal sealed class SalesReport
{
    public ConcurrentDictionary<string, Sales> Rows { get; } = new();

    public ValueTask PutAsync(string key, Sales sales, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Rows[key] = sales;
        return default;
    }
}
