using Microsoft.Extensions.Logging;
using StreamWorker.Pipeline;

namespace StreamWorker.Middleware;

/// <summary>Opens a logging scope around a record. Its values are read at once: work that a handler leaves behind may log when the record is gone.</summary>
internal sealed class RecordLogScope(ILogger<RecordLogScope> logger) : IRecordMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        using (logger.BeginScope(Describe(record, context)))
            await next(record, context, cancellationToken);
    }

    private static Description Describe(StreamRecord record, RecordContext context)
    {
        var description = new Description { new("Consumer", context.Consumer) };
        if (context.ShardId is { } shard)
            description.Add(new("ShardId", shard.Value));
        if (RecordIdentity.SequenceNumberOf(record) is { } number)
            description.Add(new("SequenceNumber", number.ToString()));
        if (RecordIdentity.EventIdOf(record) is { } eventId)
            description.Add(new("EventId", eventId));
        description.Add(new("Attempt", context.Attempt));
        return description;
    }

    /// <summary>What providers read as named values, or show as text.</summary>
    private sealed class Description : List<KeyValuePair<string, object?>>
    {
        public Description()
            : base(5)
        {
        }

        public override string ToString() => string.Join(' ', this.Select(value => $"{value.Key}:{value.Value}"));
    }
}
