using System.Text.Json.Serialization;

namespace StreamWorker.Core.Tests.Snippets;

/// <summary>What is carried from one call of a window to the next.</summary>
internal sealed record Sales(int Orders = 0, decimal Total = 0);

[JsonSerializable(typeof(Sales))]
internal sealed partial class SalesJson : JsonSerializerContext;

internal sealed class CountSales(SalesReport report) : IWindowHandler<Sales>
{
    public async ValueTask<Sales> HandleAsync(IReadOnlyList<StreamRecord> records, WindowContext<Sales> context, CancellationToken cancellationToken)
    {
        var sales = context.State;
        foreach (var record in records)
        {
            if (record.EventName is EventName.Insert)
                sales = sales with { Orders = sales.Orders + 1, Total = sales.Total + record.NewImage!.GetDecimal("total") };
        }

        // A row per window and shard: written again, it is the same row.
        if (context.IsFinalInvokeForWindow)
            await report.PutAsync($"{context.Start:u}/{context.Batch.ShardId}", sales, cancellationToken);
        return sales;
    }
}
