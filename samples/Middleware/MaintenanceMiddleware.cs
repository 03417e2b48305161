using StreamWorker.Batches;

namespace StreamWorker.Samples.Middleware;

/// <summary>Answers in place of the handler while the index is in maintenance: the batch comes again, and that does not count as an attempt.</summary>
internal sealed class MaintenanceMiddleware(IConfiguration configuration) : IBatchMiddleware
{
    public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken) =>
        configuration.GetValue<bool>("Search:Maintenance")
            ? new(BatchResult.NotInvoked(new InvalidOperationException("The index is in maintenance (Search:Maintenance).")))
            : next(records, context, cancellationToken);
}
