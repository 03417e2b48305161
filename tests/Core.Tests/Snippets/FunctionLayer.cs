using System.Net;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Snippets;

internal static class FunctionLayer
{
    public static ConsumerBuilder UseConflictsAsDone(this ConsumerBuilder consumer) => consumer.Use(async (record, context, next, cancellationToken) =>
    {
        try
        {
            await next(record, context, cancellationToken);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Conflict)
        {
            // Handling the error makes the record a handled one.
        }
    });
}
