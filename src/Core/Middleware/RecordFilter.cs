using System.Diagnostics.Metrics;
using StreamWorker.Diagnostics;
using StreamWorker.Pipeline;

namespace StreamWorker.Middleware;

/// <summary>Hands on the records that a predicate takes, and counts the others.</summary>
internal sealed class RecordFilter(Func<StreamRecord, bool> predicate) : IRecordMiddleware
{
    private static readonly Counter<long> s_filtered = Telemetry.Meter.CreateCounter<long>(
        "streamworker.record.filtered",
        "{record}",
        "Records that a filter left out.");

    public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        if (predicate(record))
            return next(record, context, cancellationToken);
        if (s_filtered.Enabled)
            s_filtered.Add(1, new(Telemetry.ConsumerGroup, context.Consumer), new KeyValuePair<string, object?>(Telemetry.Destination, RecordIdentity.TableOf(record)));
        return default;
    }
}
