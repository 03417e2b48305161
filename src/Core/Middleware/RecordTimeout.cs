using StreamWorker.Diagnostics;
using StreamWorker.Pipeline;

namespace StreamWorker.Middleware;

/// <summary>Cancels a record's handler when its time is over, waits for its end, and fails the record. It never leaves a handler running.</summary>
internal sealed class RecordTimeout(TimeSpan limit, TimeProvider time) : IRecordMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(limit, time, context.TimedOut, cancellationToken);
        try
        {
            await next(record, context.WithTimeOut(deadline.TimedOut), deadline.Stop);
        }
        catch (Exception e) when (deadline.IsTheCause)
        {
            throw Overrun(e);
        }

        if (deadline.HasPassed)
            throw Overrun(null);
    }

    private HandlerTimeoutException Overrun(Exception? e) => new($"The record was not handled within its time of {limit}.", limit, e);
}
