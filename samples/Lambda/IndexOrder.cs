using Microsoft.Extensions.Logging;

namespace StreamWorker.Samples.Lambda;

/// <summary>Keeps a search index in step with the table. Here it only says what it would do. The Worker runs the same class.</summary>
internal sealed partial class IndexOrder(ILogger<IndexOrder> logger) : IRecordHandler
{
    public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        var order = record.Keys["pk"].AsString();
        if (record.EventName is EventName.Remove)
            LogRemoved(logger, order);
        else
            LogIndexed(logger, order, record.NewImage!["total"].AsDecimal());
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "Order {Order} indexed with total {Total}")]
    private static partial void LogIndexed(ILogger logger, string order, decimal total);

    [LoggerMessage(2, LogLevel.Information, "Order {Order} removed from the index")]
    private static partial void LogRemoved(ILogger logger, string order);
}
