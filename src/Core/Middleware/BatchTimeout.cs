using StreamWorker.Batches;
using StreamWorker.Diagnostics;

namespace StreamWorker.Middleware;

/// <summary>Cancels a batch when its time is over, waits for its end, and says of what was not finished why. What was finished stays so.</summary>
internal sealed class BatchTimeout(TimeSpan limit, TimeProvider time) : IBatchMiddleware
{
    public async ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(limit, time, context.TimedOut, cancellationToken);
        try
        {
            var result = await next(records, context.WithTimeOut(deadline.TimedOut), deadline.Stop);
            return deadline.IsTheCause ? Explain(result) : result;
        }
        catch (Exception e) when (deadline.IsTheCause)
        {
            throw Overrun(e);
        }
    }

    private BatchResult Explain(BatchResult result) => result.Outcome switch
    {
        BatchOutcome.PartlyFailed => BatchResult.PartlyFailed([.. result.Failures.Select(Explain)]).WithState(result.State),
        BatchOutcome.Failed when result.CancelledBy is CancellationCause.TimedOut => BatchResult.Failed(Overrun(result.Error), CancellationCause.TimedOut),
        _ => result,
    };

    private BatchItemFailure Explain(BatchItemFailure failure) => failure.CancelledBy is CancellationCause.TimedOut ? failure with { Error = Overrun(failure.Error) } : failure;

    private HandlerTimeoutException Overrun(Exception? e) => new($"The batch was not handled within its time of {limit}.", limit, e);
}
