using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Worker.Handlers;

/// <summary>
/// Posts Lambda's event to a handler behind HTTP and reads its answer as Lambda's mapping reads a function's. Nothing counts as handled without an answer that
/// says so; what certainly did not reach the handler is told from what may have.
/// </summary>
internal sealed partial class HttpBatchProcessor(HttpEndpoint endpoint, HttpMessageInvoker client, TimeProvider time, ILogger<HttpBatchProcessor> logger) : IBatchProcessor, IDisposable
{
    /// <summary>The most that an event may have: as much as Lambda hands to a function.</summary>
    internal const int MaximumEventBytes = 6 * 1024 * 1024;

    // With a window: its times and flags, a shard id of at most 65 characters and an ARN of at most 1024.
    private const int BytesAroundRecords = 2 * 1024;
    private const int BytesAddedToRecord = 256;

    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly string Agent = $"streamworker/{typeof(HttpBatchProcessor).Assembly.GetName().Version?.ToString(3)}";

    private long _warnedAt = time.GetTimestamp() - (long)(WarningInterval.TotalSeconds * time.TimestampFrequency);

    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        if (records.Count == 0 && context.Window is null)
            return BatchResult.Succeeded;
        var finished = 0;
        var state = context.Window?.State;
        while (true)
        {
            var request = NextRequest(records, finished, state?.Length ?? 0);
            var isLast = finished + request.Count == records.Count;
            var result = Explain(await SendAsync(request, ContextOf(context, state, isLast), cancellationToken), request);
            if (request.Count == records.Count)
                return result;
            if (result.Outcome != BatchOutcome.Succeeded)
                return Stopped(records, finished, request, result, result.State ?? state);
            if (isLast)
                return result;
            finished += request.Count;
            state = result.State;
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Takes as many of the next records as one event holds, and at least one.</summary>
    private static IReadOnlyList<StreamRecord> NextRequest(IReadOnlyList<StreamRecord> records, int start, int stateLength)
    {
        long size = BytesAroundRecords + stateLength;
        var end = start;
        while (end < records.Count)
        {
            size += MostBytesOf(records[end]);
            if (size > MaximumEventBytes && end > start)
                break;
            end++;
        }

        return start == 0 && end == records.Count ? records : [.. records.Skip(start).Take(end - start)];
    }

    private static long MostBytesOf(StreamRecord record) => record.Utf8Json.Length + BytesAddedToRecord;

    private static int MostBytesOf(IReadOnlyList<StreamRecord> records, BatchContext context) =>
        (int)Math.Min(BytesAroundRecords + (context.Window?.State.Length ?? 0) + records.Sum(MostBytesOf), Array.MaxLength);

    /// <summary>Gives each request of a window the state that the one before it gave back; only the last is the window's final one.</summary>
    private static BatchContext ContextOf(BatchContext context, ReadOnlyMemory<byte>? state, bool isLast) =>
        context.Window is not { } window || state is not { } now ? context : context.WithWindow(window.With(now, isLast && window.IsFinalInvokeForWindow));

    /// <summary>Words, for the whole batch, what became of one of several requests: it stopped at a record, and all before it are finished.</summary>
    private static BatchResult Stopped(IReadOnlyList<StreamRecord> records, int start, IReadOnlyList<StreamRecord> request, BatchResult result, ReadOnlyMemory<byte>? state)
    {
        var position = start + result.CountFinished(request);
        if (position == 0 && result.Outcome != BatchOutcome.PartlyFailed)
            return result;
        try
        {
            return BatchResult.PartlyFailed([BatchItemFailure.Of(records[position], result.Error)]).WithState(state);
        }
        catch (RecordFormatException e)
        {
            return BatchResult.Failed(e);
        }
    }

    /// <summary>
    /// Looks for the cause of a failure in the records, which are not read before they are sent: one with broken JSON makes an event that no handler can read, whatever it says then. It fails
    /// by its own name, and not as a handler that was not there, for which the delivery would wait for ever.
    /// </summary>
    private static BatchResult Explain(BatchResult result, IReadOnlyList<StreamRecord> records)
    {
        if (result.Outcome is not (BatchOutcome.Failed or BatchOutcome.NotInvoked) || result.CancelledBy != CancellationCause.None)
            return result;
        try
        {
            LambdaEvent.ThrowIfInvalid(records);
            return result;
        }
        catch (RecordFormatException e)
        {
            return BatchResult.Failed(e);
        }
    }

    private async ValueTask<BatchResult> SendAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(endpoint.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var body = new PooledBuffer(MostBytesOf(records, context));
            LambdaEvent.WriteUnchecked(body, records, context);
            using var message = NewRequest(body.Written, context);
            using var response = await client.SendAsync(message, stop.Token);
            using var answer = await HttpAnswer.ReadAsync(response, stop.Token);
            // Only after a whole answer is it certain that nothing sends from this memory any more; otherwise it is left to the garbage collector.
            body.Dispose();
            return Judge(answer, records.Count, context);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return BatchResult.Failed(e, context.CancellationCause);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            return Failed($"did not answer within {endpoint.Timeout:c}", e);
        }
        catch (Exception e) when (e is OperationCanceledException { InnerException: TimeoutException }
            or HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError })
        {
            return NotInvoked($"cannot be reached: {e.Message}", e);
        }
        catch (Exception e)
        {
            return Failed($"broke off the call: {e.Message}", e);
        }
    }

    private HttpRequestMessage NewRequest(ReadOnlyMemory<byte> body, BatchContext context)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ReadOnlyMemoryContent(body) };
        message.Content.Headers.ContentType = Json;
        // What is valid by its nature is not looked at again for every call.
        Add("User-Agent", Agent);
        Add("X-StreamWorker-Consumer", context.Consumer);
        if (context.ShardId is { } shard)
            Add("X-StreamWorker-Shard-Id", shard.Value);
        if (context.LeaseEpoch is { } epoch)
            Add("X-StreamWorker-Lease-Epoch", epoch.ToString(CultureInfo.InvariantCulture));
        Add("X-StreamWorker-Attempt", context.Attempt.ToString(CultureInfo.InvariantCulture));
        if (context.IsolatesItems)
            Add("X-StreamWorker-Failure-Policy", "Isolate");
        return message;

        void Add(string name, string value) => message.Headers.TryAddWithoutValidation(name, value);
    }

    private BatchResult Judge(HttpAnswer answer, int records, BatchContext context)
    {
        if (answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            return NotInvoked($"is not available: {answer}");
        if (!answer.IsSuccess)
            return Failed($"failed: {answer}");
        if (answer.FunctionError is { } error)
            return Failed($"failed ({error}): {answer}");
        if (answer.IsTooLong)
            return Failed(string.Create(CultureInfo.InvariantCulture, $"answered with more than {HttpAnswer.MaximumBytes} bytes"));
        if (answer.IsEmulatorError())
            return Failed($"failed: {answer}");

        var result = BatchResponse.Read(answer.Body, out var nearMiss);
        if (!endpoint.ReportsItemFailures)
        {
            if (result.Outcome == BatchOutcome.PartlyFailed && MayWarn())
                LogFailuresIgnored(logger, context.Consumer, result.Failures.Count, records);
            return InWindow(BatchResult.Succeeded.WithState(result.State), answer, context);
        }

        if (nearMiss is not null && MayWarn())
            LogNearMiss(logger, context.Consumer, nearMiss);
        return result.Outcome == BatchOutcome.Failed ? Failed($"gave an invalid answer: {answer}", result.Error) : InWindow(result, answer, context);
    }

    /// <summary>Without the state of its window an answer is none; without a window the state means nothing.</summary>
    private BatchResult InWindow(BatchResult result, HttpAnswer answer, BatchContext context)
    {
        if (context.Window is not { } window)
            return result.WithState(null);
        var judged = result.ForWindow(window);
        return judged.Outcome == BatchOutcome.Failed ? Failed($"gave no state for its tumbling window, which must be an object in the member 'state': {answer}", judged.Error) : judged;
    }

    private BatchResult Failed(string what, Exception? error = null) => BatchResult.Failed(new RecordHandlerException($"The handler at {endpoint.Url} {what}", error));

    private BatchResult NotInvoked(string what, Exception? error = null) => BatchResult.NotInvoked(new RecordHandlerException($"The handler at {endpoint.Url} {what}", error));

    /// <summary>Lets one warning a minute pass: the same answer comes with every batch.</summary>
    private bool MayWarn()
    {
        var last = Interlocked.Read(ref _warnedAt);
        return time.GetElapsedTime(last) >= WarningInterval && Interlocked.CompareExchange(ref _warnedAt, time.GetTimestamp(), last) == last;
    }

    [LoggerMessage(5001, LogLevel.Warning, "Consumer {Consumer}: the handler's answer has a member '{Member}', which is not 'batchItemFailures': it counts as success. Names are case-sensitive.")]
    private static partial void LogNearMiss(ILogger logger, string consumer, string member);

    [LoggerMessage(5002, LogLevel.Warning, "Consumer {Consumer}: the handler's answer names {Failures} failed of {Records} records and counts as success, because FunctionResponseTypes does not have ReportBatchItemFailures.")]
    private static partial void LogFailuresIgnored(ILogger logger, string consumer, int failures, int records);
}
