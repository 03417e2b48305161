using Microsoft.Extensions.Logging;
using StreamWorker.Lambda.Logging;
using StreamWorker.Lambda.RuntimeApi;

namespace StreamWorker.Lambda.Invocations;

/// <summary>Takes invocations one after the other. A handler of this loop never runs beside the next one: what has not ended is waited for, and where nothing else runs it ends the process.</summary>
internal sealed partial class InvocationLoop(RuntimeApiClient client, EventProcessor events, LambdaStreamOptions options, bool isConcurrent, TimeProvider time, ILogger logger)
{
    /// <summary>Handles invocations until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await client.NextAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await HandleAsync(invocation, stopping);
        }
    }

    private async Task HandleAsync(Invocation invocation, CancellationToken stopping)
    {
        var deadline = InvocationDeadline.Of(invocation.Deadline, options.DeadlineMargin, time.GetUtcNow());
        InvocationScope.RequestId = invocation.RequestId;

        // The variable belongs to the process: with several invocations at a time it would name somebody else's trace.
        if (!isConcurrent)
            Environment.SetEnvironmentVariable(LambdaEnvironment.TraceIdVariable, invocation.TraceId);

        var outcome = await events.ProcessAsync(invocation, deadline, stopping);
        await SendAsync(invocation, outcome);
        if (outcome.Unfinished is { } unfinished)
            await EndAsync(unfinished, stopping);
    }

    /// <summary>Sends the answer, also while the process is ending. One that is refused costs this invocation and not the process.</summary>
    private async Task SendAsync(Invocation invocation, EventOutcome outcome)
    {
        var refusal = outcome.Error is { } error
            ? await client.ReportErrorAsync(invocation, error, CancellationToken.None)
            : await client.RespondAsync(invocation, outcome.Response, CancellationToken.None);
        if (refusal is not null)
            LogRefused(logger, invocation.RequestId, refusal);
    }

    /// <summary>Waits for a handler that was still at work when its batch was answered: until the deadline where it is alone in the process, else as long as it takes.</summary>
    private async Task EndAsync(Task unfinished, CancellationToken stopping)
    {
        try
        {
            var ended = unfinished.WaitAsync(isConcurrent ? Timeout.InfiniteTimeSpan : options.DeadlineMargin / 2, time, stopping);
            LogWaiting(logger, options.ConsumerName);
            await ended;
            LogEnded(logger, options.ConsumerName);
        }
        catch (TimeoutException)
        {
            throw new HandlerOverrunException(
                $"The handler of consumer '{options.ConsumerName}' was still at work at the deadline of its invocation: it does not honour its cancellation token. The process ends, so that it does not go on beside the batch's next delivery.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process is ending, and the handler ends with it.
        }
    }

    [LoggerMessage(6010, LogLevel.Error, "Lambda refused the answer to invocation {RequestId}: {Reason}. The batch is delivered again")]
    private static partial void LogRefused(ILogger logger, string requestId, string reason);

    [LoggerMessage(6011, LogLevel.Information, "Waiting for the handler of consumer {Consumer} to end before the next invocation is taken")]
    private static partial void LogWaiting(ILogger logger, string consumer);

    [LoggerMessage(6012, LogLevel.Information, "The handler of consumer {Consumer} has ended")]
    private static partial void LogEnded(ILogger logger, string consumer);
}
