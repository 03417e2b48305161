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
        try
        {
            page = RecordPage.Parse(invocation.Event);
        }
        catch (JsonException e)
        {
            var error = new InvalidEventException($"The event is not one of a DynamoDB stream: {e.Message}", e);
            LogInvalidEvent(logger, error);
            return EventOutcome.Failed(error);
        }

        var outcome = page.Records.Count == 0 ? EventOutcome.Of([])
            : deadline.IsOver ? Late(page.Records)
            : await ProcessAsync(page.Records, deadline, stopping);
        if (outcome.Unfinished is null)
            page.Dispose();
        return outcome;
    }

    private async Task<EventOutcome> ProcessAsync(IReadOnlyList<StreamRecord> records, InvocationDeadline deadline, CancellationToken stopping)
    {
        var progress = new BatchProgress(records);
        var outOfTime = new CancellationTokenSource(deadline.Stop, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(outOfTime.Token, stopping);
        var context = new BatchContext { Consumer = options.ConsumerName, Progress = progress, TimedOut = outOfTime.Token, HostStopping = stopping };

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
            return Answer(records, Cut(records, handled), handled, stopped: true) with { Unfinished = work };
        }

        var result = await work;
        var stopped = stop.IsCancellationRequested && result.Outcome != BatchOutcome.Succeeded;
        if (stopped)
            LogStopped(logger, context.CancellationCause == CancellationCause.TimedOut ? "the deadline is near" : "the process is ending", progress.Handled, records.Count);
        outOfTime.Dispose();
        stop.Dispose();
        return Answer(records, result, progress.Handled, stopped);
    }

    private EventOutcome Late(IReadOnlyList<StreamRecord> records)
    {
        LogLate(logger);
        return Answer(records, Cut(records, handled: 0), handled: 0, stopped: true);
    }

    private static BatchResult Cut(IReadOnlyList<StreamRecord> records, int handled) => handled == records.Count
        ? BatchResult.Succeeded
        : BatchResult.PartlyFailed([BatchItemFailure.Of(records[handled], new OperationCanceledException("The batch was not finished when the answer was due.")) with { CancelledBy = CancellationCause.TimedOut }]);

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

    private EventOutcome Answer(IReadOnlyList<StreamRecord> records, BatchResult result, int handled, bool stopped)
    {
        if (result.Outcome == BatchOutcome.Succeeded)
        {
            LogHandled(logger, records.Count);
            return EventOutcome.Of([]);
        }

        var failures = FailureNaming.Name(records, result, handled);
        foreach (var failure in failures)
        {
            if (!failure.IsSkipped && (!stopped || failure.CancelledBy == CancellationCause.None))
                LogFailed(logger, failure.ItemIdentifier ?? "(not known)", failure.Error);
        }

        return options.FailureReporting == FailureReporting.BatchItemFailures && result.Error is not AllRecordsFailedException
            ? EventOutcome.Of(failures)
            : EventOutcome.Failed(result.Error ?? new RecordHandlerException($"{failures.Count} of {records.Count} records failed, the first at {failures[0].ItemIdentifier ?? "an unknown position"}."));
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
