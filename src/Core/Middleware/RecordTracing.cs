using System.Diagnostics;
using StreamWorker.Diagnostics;
using StreamWorker.Pipeline;

namespace StreamWorker.Middleware;

/// <summary>Starts a span around a record. Without a listener it is not there at all.</summary>
internal sealed class RecordTracing : IRecordMiddleware
{
    public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) => Telemetry.Source.HasListeners()
        ? TraceAsync(record, context, next, cancellationToken)
        : next(record, context, cancellationToken);

    private static async ValueTask TraceAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        using var activity = Start(record, context);
        try
        {
            await next(record, context, cancellationToken);
        }
        catch (Exception e)
        {
            activity?.SetTag(Telemetry.ErrorType, e.GetType().FullName);
            activity?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static Activity? Start(StreamRecord record, RecordContext context)
    {
        var table = RecordIdentity.TableOf(record);
        var tags = new ActivityTagsCollection
        {
            { Telemetry.OperationName, "process" },
            { Telemetry.OperationType, "process" },
            { Telemetry.MessagingSystem, Telemetry.System },
            { Telemetry.ConsumerGroup, context.Consumer },
        };
        if (table is not null)
            tags.Add(Telemetry.Destination, table);
        if (context.ShardId is { } shard)
            tags.Add(Telemetry.Partition, shard.Value);
        if (RecordIdentity.EventIdOf(record) is { } eventId)
            tags.Add(Telemetry.MessageId, eventId);
        return Telemetry.Source.StartActivity(table is null ? "process" : $"process {table}", ActivityKind.Consumer, parentContext: default, tags);
    }
}
