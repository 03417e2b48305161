using StreamWorker.Pipeline;

namespace StreamWorker.Samples.ClassHandler;

/// <summary>Says how long each record took.</summary>
internal sealed partial class TimingMiddleware(TimeProvider time, ILogger<TimingMiddleware> logger) : IRecordMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await next(record, context, cancellationToken);
        LogHandled(logger, record.EventName, record.Keys, time.GetElapsedTime(start).TotalMilliseconds);
    }

    [LoggerMessage(1, LogLevel.Information, "{EventName} {Keys} took {Milliseconds} ms")]
    private static partial void LogHandled(ILogger logger, EventName eventName, Item keys, double milliseconds);
}
