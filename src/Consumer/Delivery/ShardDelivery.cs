using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Delivers the records of one shard in order, batch by batch, and stores how far it came. A failed batch is tried again from its first unfinished
/// record until it is handled: nothing behind that record is delivered, and no error moves the checkpoint.
/// </summary>
/// <param name="processor">Where the batches go.</param>
/// <param name="delivery">What is the same for every batch. Its tokens also cancel the batch that is in the handler.</param>
/// <param name="options">How batches are made and tried again.</param>
/// <param name="sink">Who grants the shard and stores its checkpoint.</param>
/// <param name="progress">What others may see.</param>
/// <param name="tools">Time and randomness.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class ShardDelivery(
    IBatchProcessor processor,
    BatchContext delivery,
    DeliveryOptions options,
    ICheckpointSink sink,
    DeliveryProgress progress,
    DeliveryTools tools,
    ILogger logger)
{
    private readonly CheckpointTracker _tracker = new(options.CheckpointInterval, tools.Time);

    /// <summary>Gets the position of the last finished record; null when none was finished here.</summary>
    public SequenceNumber? Position => _tracker.Position;

    /// <summary>Runs until the shard ends or the delivery is stopped. On a stop the batch that is in the handler is finished first, and the checkpoint stored.</summary>
    /// <param name="pages">The shard's pages. Completed at the end of the shard; completed with an error when it cannot be read any more.</param>
    /// <param name="stop">Asks for an orderly end: no further batch is begun.</param>
    public async Task<DeliveryEnd> RunAsync(ChannelReader<RecordPage> pages, CancellationToken stop)
    {
        using var buffer = new RecordBuffer();
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(delivery.LeaseLost, delivery.HostStopping);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, aborted.Token);
        var abort = aborted.Token;
        DeliveryEnd end;
        try
        {
            end = await DeliverAllAsync(pages, buffer, linked.Token, abort);
        }
        catch
        {
            // What was finished before the shard could not be read any more stays finished.
            await StoreAsync(CancellationToken.None);
            throw;
        }

        if (end == DeliveryEnd.Refused || !sink.MayProceed)
            return DeliveryEnd.Refused;
        if (end == DeliveryEnd.Stopped && sink.IsHandingOver)
            return end;

        // At the shard's end too: until its children are found and its lease is done, time may pass.
        return await StoreAsync(CancellationToken.None) ? end : DeliveryEnd.Refused;
    }

    private async Task<DeliveryEnd> DeliverAllAsync(ChannelReader<RecordPage> pages, RecordBuffer buffer, CancellationToken stop, CancellationToken abort)
    {
        while (!stop.IsCancellationRequested)
        {
            while (buffer.Count < options.BatchSize && pages.TryRead(out var page))
                buffer.Add(page);
            if (buffer.Count == 0)
            {
                switch (await WaitAsync(pages, stop))
                {
                    case true:
                        continue;
                    case false:
                        return DeliveryEnd.ShardEnd;
                    default:
                        return sink.MayProceed ? DeliveryEnd.Stopped : DeliveryEnd.Refused;
                }
            }

            if (!await DeliverBatchAsync(buffer, stop, abort))
                return DeliveryEnd.Refused;
            if ((_tracker.IsDue && !await StoreAsync(abort)) || (_tracker.IsOverdue && !await SettleAsync(stop)))
                return DeliveryEnd.Refused;
        }

        return DeliveryEnd.Stopped;
    }

    /// <summary>Waits for a page, and stores the checkpoint when it is due meanwhile. True for a page, false for the end of the shard, null for a stop or a refusal.</summary>
    private async ValueTask<bool?> WaitAsync(ChannelReader<RecordPage> pages, CancellationToken stop)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var page = Waiting.ForDataAsync(pages, giveUp.Token);
            if (!await StoreWhileAsync(page, stop))
                giveUp.CancelNow();
            return await page;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Waits for something, or for a stop, and stores the checkpoint when it is due meanwhile: neither a quiet shard nor a slow handler keeps it back. False when it was refused for good.</summary>
    private async ValueTask<bool> StoreWhileAsync(Task pending, CancellationToken stop)
    {
        while (_tracker.IsDirty && !pending.IsCompleted && !stop.IsCancellationRequested)
        {
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(pending, Waiting.ForTimeAsync(_tracker.TimeUntilDue, tools.Time, wake.Token));
            wake.CancelNow();
            if (!pending.IsCompleted && !stop.IsCancellationRequested && !await StoreAsync(stop))
                return false;
        }

        return true;
    }

    /// <summary>Handles nothing more until the position is stored, or until a stop: what a crash would have delivered again has a bound. False when it was refused for good.</summary>
    private async ValueTask<bool> SettleAsync(CancellationToken stop)
    {
        LogSettles(delivery.Consumer, delivery.ShardId, _tracker.Position);
        progress.Failed(0, "the checkpoint cannot be stored; nothing more is handled before it is");
        while (_tracker.IsDirty && !stop.IsCancellationRequested)
        {
            // Any end of the pause will do, that by a stop as well.
            await Task.WhenAny(Waiting.ForTimeAsync(_tracker.TimeUntilDue, tools.Time, stop));
            if (!stop.IsCancellationRequested && !await StoreAsync(stop))
                return false;
        }

        progress.Succeeded();
        return true;
    }

    /// <summary>Delivers one batch until every record of it is finished, or until a stop. False when the shard belongs to somebody else.</summary>
    private async ValueTask<bool> DeliverBatchAsync(RecordBuffer buffer, CancellationToken stop, CancellationToken abort)
    {
        var remaining = Math.Min(options.BatchSize, buffer.Count);
        var attempt = 1;
        var failures = 0;
        while (true)
        {
            if (!sink.MayProceed)
                return false;
            progress.Begin(attempt, buffer.Count);
            var batch = buffer.Peek(remaining);
            var result = await ProcessAsync(batch, attempt, abort);
            var finished = result.CountFinished(batch);
            if (finished > 0)
            {
                var last = batch[finished - 1];
                _tracker.Finished(last.SequenceNumber);
                progress.Handled(last, finished, buffer.Count - finished);
                buffer.Finish(finished);
                remaining -= finished;
            }

            if (remaining == 0)
            {
                if (failures > 0)
                    LogRecovered(delivery.Consumer, delivery.ShardId, attempt);
                progress.Succeeded();
                return true;
            }

            if (abort.IsCancellationRequested)
                return sink.MayProceed;

            // A batch whose start has moved is a new batch; one that never reached its handler has not been tried.
            failures = finished > 0 ? 1 : failures + 1;
            var delay = Backoff.Next(failures, options.RetryDelay, options.MaximumRetryDelay, tools.Entropy.Next());
            Report(result, batch[finished], attempt, delay);
            attempt = finished > 0 ? 1 : result.Outcome == BatchOutcome.NotInvoked ? attempt : attempt + 1;
            if (finished > 0 && !await StoreAsync(abort))
                return false;
            try
            {
                var pause = Waiting.ForTimeAsync(delay, tools.Time, stop);
                if (!await StoreWhileAsync(pause, stop))
                    return false;
                await pause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return true;
            }
        }
    }

    private async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> batch, int attempt, CancellationToken abort)
    {
        try
        {
            var context = new BatchContext
            {
                Consumer = delivery.Consumer,
                ShardId = delivery.ShardId,
                LeaseEpoch = delivery.LeaseEpoch,
                Attempt = attempt,
                LeaseLost = delivery.LeaseLost,
                HostStopping = delivery.HostStopping,
            };
            var processing = processor.ProcessAsync(batch, context, abort);
            if (processing.IsCompleted || !_tracker.IsDirty)
                return await processing;
            var pending = processing.AsTask();
            await StoreWhileAsync(pending, abort);
            return await pending;
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e);
        }
    }

    /// <summary>Stores the position if it has moved. False when it was refused for good.</summary>
    private async ValueTask<bool> StoreAsync(CancellationToken cancellationToken)
    {
        if (!_tracker.IsDirty)
            return true;
        if (!sink.MayProceed)
            return false;
        try
        {
            if (!await sink.StoreAsync(_tracker.Position!.Value, cancellationToken))
                return false;
            _tracker.Stored();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The records are finished all the same: the next write carries this position too.
            _tracker.NotStored();
            LogNotStored(delivery.Consumer, delivery.ShardId, _tracker.Position, e.Message);
        }
        catch (OperationCanceledException)
        {
            _tracker.NotStored();
        }

        return true;
    }

    /// <summary>Tells of each record that failed, once: of the one that holds the others up, and of those behind it that failed as well.</summary>
    private void Report(BatchResult result, StreamRecord first, int attempt, TimeSpan delay)
    {
        var cause = result.Failures.FirstOrDefault(failure => SequenceNumber.TryParse(failure.ItemIdentifier, out var number) && number == first.SequenceNumber);
        var error = cause?.Error ?? result.Error;
        var reason = Reason(error);
        progress.Failed(attempt, reason);
        if (result.Outcome == BatchOutcome.NotInvoked)
            LogNotInvoked(delivery.Consumer, delivery.ShardId, first.SequenceNumber, delay, reason);
        else
            LogFailed(error, delivery.Consumer, delivery.ShardId, first.SequenceNumber, attempt, delay, reason);
        foreach (var other in result.Failures)
        {
            if (other != cause && !other.IsSkipped && other.CancelledBy == CancellationCause.None)
                LogAlsoFailed(other.Error, delivery.Consumer, delivery.ShardId, other.ItemIdentifier ?? "(not known)", attempt, Reason(other.Error));
        }
    }

    private static string Reason(Exception? error) => error is null ? "the handler reported it as failed" : $"{error.GetType().Name}: {error.Message}";

    [LoggerMessage(3001, LogLevel.Error, "{Consumer}: record {SequenceNumber} of {ShardId} failed at attempt {Attempt}; next try in {Delay}. Nothing behind it is delivered meanwhile. {Reason}")]
    private partial void LogFailed(Exception? error, string consumer, ShardId? shardId, SequenceNumber sequenceNumber, int attempt, TimeSpan delay, string reason);

    [LoggerMessage(3005, LogLevel.Error, "{Consumer}: record {SequenceNumber} of {ShardId} failed as well at attempt {Attempt}. {Reason}")]
    private partial void LogAlsoFailed(Exception? error, string consumer, ShardId? shardId, string sequenceNumber, int attempt, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "{Consumer}: the handler of {ShardId} could not be reached with record {SequenceNumber}; next try in {Delay}. {Reason}")]
    private partial void LogNotInvoked(string consumer, ShardId? shardId, SequenceNumber sequenceNumber, TimeSpan delay, string reason);

    [LoggerMessage(3003, LogLevel.Information, "{Consumer}: {ShardId} goes on: the failed batch was handled at attempt {Attempt}.")]
    private partial void LogRecovered(string consumer, ShardId? shardId, int attempt);

    [LoggerMessage(3006, LogLevel.Error, "{Consumer}: nothing more of {ShardId} is handled until its checkpoint {SequenceNumber} is stored.")]
    private partial void LogSettles(string consumer, ShardId? shardId, SequenceNumber? sequenceNumber);

    [LoggerMessage(3004, LogLevel.Warning, "{Consumer}: the checkpoint {SequenceNumber} of {ShardId} could not be stored and will be written with the next one: {Reason}")]
    private partial void LogNotStored(string consumer, ShardId? shardId, SequenceNumber? sequenceNumber, string reason);
}
