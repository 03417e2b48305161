using System.Net;
using StreamWorker.Pipeline;

namespace StreamWorker.Samples.Middleware;

/// <summary>Lets go of a document that the index refuses for good, so that it does not hold up the records behind it. What went wrong is in the log.</summary>
internal sealed partial class RefusedDocumentMiddleware(ILogger<RefusedDocumentMiddleware> logger) : IRecordMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        try
        {
            await next(record, context, cancellationToken);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.BadRequest)
        {
            LogRefused(logger, record.EventId, e);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The index refuses the document of record {EventId}")]
    private static partial void LogRefused(ILogger logger, string eventId, Exception e);
}
