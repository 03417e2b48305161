using Microsoft.Extensions.Logging;
using StreamWorker.Diagnostics;
using StreamWorker.Pipeline;
using StreamWorker.Steps;

namespace StreamWorker.Middleware;

/// <summary>Hands on a record only when its handling is not recorded, and records it only when it has ended well: a record is never taken for handled that was not.</summary>
internal sealed partial class IdempotencyGuard(IStepJournal journal, ILogger<IdempotencyGuard> logger) : IRecordMiddleware
{
    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        var step = new StepKey(context.Consumer, context.IdempotencyKey, StepKey.WholeRecord);
        if (await IsDoneAsync(step, cancellationToken))
        {
            LogHandledBefore(step.Consumer, step.Record);
            return;
        }

        await next(record, context, cancellationToken);
        await RecordAsync(step, context.LeaseEpoch, cancellationToken);
    }

    private async ValueTask<bool> IsDoneAsync(StepKey step, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.FindAsync(step, cancellationToken) is not null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RecordHandlerException($"Record {step.Record}: the journal could not be asked whether it is handled already. Its handler was not run.", e);
        }
    }

    private async ValueTask RecordAsync(StepKey step, long? epoch, CancellationToken cancellationToken)
    {
        StepRecording recording;
        try
        {
            recording = await journal.RecordAsync(step, new StepEntry { LeaseEpoch = epoch }, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RecordHandlerException($"Record {step.Record}: its handler has ended well, and the journal could not record it. It is delivered and handled again.", e);
        }

        if (recording.Outcome == StepRecordingOutcome.Fenced)
            throw new RecordHandlerException($"Record {step.Record}: its handler has ended well under the lease epoch {epoch}, but a worker with a newer lease is handling the record.");
    }

    [LoggerMessage(7121, LogLevel.Debug, "Consumer {Consumer}: record {Record} was handled before and is not handled again")]
    private partial void LogHandledBefore(string consumer, string record);
}
