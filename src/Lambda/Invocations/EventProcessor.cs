using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Lambda.RuntimeApi;

namespace StreamWorker.Lambda.Invocations;

/// <summary>Takes one event through the consumer and says what to answer, in time whatever the handler does.</summary>
internal sealed partial class EventProcessor(IBatchProcessor processor, LambdaStreamOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Processes an event. Nothing that a handler does makes this method throw, and nothing makes it outlast <see cref="InvocationDeadline.Answer"/>.</summary>
    public async Task<EventOutcome> ProcessAsync(Invocation invocation, InvocationDeadline deadline, CancellationToken stopping)
    {
        RecordPage page;
        BatchWindow? window;
        try
        {
            page = RecordPage.Parse(invocation.Event);
            window = page.Window;
        }
        catch (JsonException e)
        {
            var error = new InvalidEventException($"The event is not one of a DynamoDB stream: {e.Message}", e);
            LogInvalidEvent(logger, error);
            return EventOutcome.Failed(error);
        }

        var outcome = page.Records.Count == 0 && window is null ? EventOutcome.Of([])
            : deadline.IsOver ? Late(page.Records, window)
            : await ProcessAsync(page, window, deadline, stopping);
        if (outcome.Unfinished is null)
            page.Dispose();
        return outcome;
    }

    private async Task<EventOutcome> ProcessAsync(RecordPage page, BatchWindow? window, InvocationDeadline deadline, CancellationToken stopping)
    {
        var records = page.Records;
        var progress = new BatchProgress(records);
        var outOfTime = new CancellationTokenSource(deadline.Stop, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(outOfTime.Token, stopping);
        var context = new BatchContext
        {
            Consumer = options.ConsumerName,
            ShardId = page.ShardId,
            StreamArn = page.StreamArn,
            Window = window,
            Progress = progress,
            TimedOut = outOfTime.Token,
            HostStopping = stopping,
        };

        // On the thread pool, because a handler may block its thread and the answer must go out nevertheless.
        using var answered = new CancellationTokenSource();
        var due = Task.Delay(deadline.Answer, time, answered.Token);
        var token = stop.Token;
        var work = Task.Run(() => RunAsync(records, context, token), CancellationToken.None);
        var first = await Task.WhenAny(work, due);
        await answered.CancelAsync();
        if (first == due)
        {
            // The sources are left to the garbage collector: the handler may still use them.
            var handled = progress.Handled;
            LogOverrun(logger, options.ConsumerName, handled, records.Count);
            return Answer(records, Cut(records, handled, window), handled, stopped: true, window) with { Unfinished = work };
        }

        var result = await work;
        var stopped = stop.IsCancellationRequested && result.Outcome != BatchOutcome.Succeeded;
        if (stopped)
            LogStopped(logger, context.CancellationCause == CancellationCause.TimedOut ? "the deadline is near" : "the process is ending", progress.Handled, records.Count);
        outOfTime.Dispose();
        stop.Dispose();
        return Answer(records, result, progress.Handled, stopped, window);
    }

    private EventOutcome Late(IReadOnlyList<StreamRecord> records, BatchWindow? window)
    {
        LogLate(logger);
        return Answer(records, Cut(records, handled: 0, window), handled: 0, stopped: true, window);
    }

    /// <summary>Words what is known of a batch that must be answered now. Where a window's state is not known, nothing of its batch counts as handled.</summary>
    private static BatchResult Cut(IReadOnlyList<StreamRecord> records, int handled, BatchWindow? window)
    {
        var error = new OperationCanceledException("The batch was not finished when the answer was due.");
        if (window is not null)
            return BatchResult.Failed(error, CancellationCause.TimedOut);
        return handled == records.Count
            ? BatchResult.Succeeded
            : BatchResult.PartlyFailed([BatchItemFailure.Of(records[handled], error) with { CancelledBy = CancellationCause.TimedOut }]);
    }

    private async Task<BatchResult> RunAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await processor.ProcessAsync(records, context, cancellationToken);
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e);
        }
    }

    private EventOutcome Answer(IReadOnlyList<StreamRecord> records, BatchResult result, int handled, bool stopped, BatchWindow? window)
    {
        // Of the final call Lambda drops the state, and asks for one nevertheless.
        var state = result.State ?? window?.State ?? default;
        if (window is not null)
            (result, handled) = (result.ForWindow(window), 0);
        if (result.Outcome == BatchOutcome.Succeeded)
        {
            LogHandled(logger, records.Count);
            return window is null ? EventOutcome.Of([]) : EventOutcome.Of([], state.Span);
        }

        var failures = FailureNaming.Name(records, result, handled);
        foreach (var failure in failures)
        {
            if (!failure.IsSkipped && (!stopped || failure.CancelledBy == CancellationCause.None))
                LogFailed(logger, failure.ItemIdentifier ?? "(not known)", failure.Error);
        }

        // Without a state Lambda takes any answer to a window's batch for a failed one; the error says why.
        var isListed = options.FailureReporting == FailureReporting.BatchItemFailures && result.Error is not AllRecordsFailedException && (window is null || result.State is not null);
        if (!isListed)
            return EventOutcome.Failed(result.Error ?? new RecordHandlerException($"{failures.Count} of {records.Count} records failed, the first at {failures[0].ItemIdentifier ?? "an unknown position"}."));
        return window is null ? EventOutcome.Of(failures) : EventOutcome.Of(failures, state.Span);
    }

    [LoggerMessage(6000, LogLevel.Debug, "{Count} records handled")]
    private static partial void LogHandled(ILogger logger, int count);

    [LoggerMessage(6001, LogLevel.Warning, "Record {SequenceNumber} failed; it and what follows it is delivered again")]
    private static partial void LogFailed(ILogger logger, string sequenceNumber, Exception? exception);

    [LoggerMessage(6002, LogLevel.Warning, "Stopped, because {Reason}, with {Handled} of {Count} records handled; the rest is delivered again")]
    private static partial void LogStopped(ILogger logger, string reason, int handled, int count);

    [LoggerMessage(6003, LogLevel.Error, "The handler of consumer {Consumer} does not honour its cancellation token: answered without it, with {Handled} of {Count} records known to be handled")]
    private static partial void LogOverrun(ILogger logger, string consumer, int handled, int count);

    [LoggerMessage(6004, LogLevel.Error, "The invocation's event cannot be read")]
    private static partial void LogInvalidEvent(ILogger logger, Exception exception);

    [LoggerMessage(6005, LogLevel.Warning, "The invocation's deadline had passed when it arrived: its batch is delivered again. Is this machine's clock right?")]
    private static partial void LogLate(ILogger logger);
}
