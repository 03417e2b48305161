using Microsoft.Extensions.Logging;
using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Says what goes wrong in a delivery.</summary>
internal sealed partial class DeliveryReport(BatchContext delivery, bool isolates, ILogger logger)
{
    /// <summary>Gives an error in words.</summary>
    public static string Words(Exception? error) => error is null ? "the handler reported it as failed" : $"{error.GetType().Name}: {error.Message}";

    /// <summary>Tells of each record that failed, once: of the one that holds others up, and of those behind it that failed as well.</summary>
    /// <param name="result">What became of the call.</param>
    /// <param name="first">The record that holds others up.</param>
    /// <param name="attempt">How often it has been tried.</param>
    /// <param name="delay">When it is tried again; null when it is given up.</param>
    public void Failed(BatchResult result, StreamRecord first, int attempt, TimeSpan? delay)
    {
        var cause = CauseOf(result, first);
        var error = cause?.Error ?? result.Error;
        var reason = Words(error);
        var then = delay is not { } pause ? "It is given up."
            : isolates ? $"Next try in {pause}; nothing else of its item is delivered meanwhile."
            : $"Next try in {pause}; nothing behind it is delivered meanwhile.";
        if (result.Outcome == BatchOutcome.NotInvoked)
            LogNotInvoked(delivery.Consumer, delivery.ShardId, first.SequenceNumber, then, reason);
        else
            LogFailed(error, delivery.Consumer, delivery.ShardId, first.SequenceNumber, attempt, then, reason);
        if (isolates)
            return;
        foreach (var other in result.Failures)
        {
            if (other != cause && !other.IsSkipped && other.CancelledBy == CancellationCause.None)
                LogAlsoFailed(other.Error, delivery.Consumer, delivery.ShardId, other.ItemIdentifier ?? "(not known)", attempt, Words(other.Error));
        }
    }

    /// <summary>Tells that the final call of a window failed, which had no records left.</summary>
    public void FinalCallFailed(BatchResult result, int attempt, TimeSpan? delay) => LogFinalCallFailed(
        result.Error, delivery.Consumer, delivery.ShardId, attempt, delay is { } pause ? $"Next try in {pause}; nothing behind it is delivered meanwhile." : "It is given up, and the window's state with it.", Words(result.Error));

    public void Recovered() => LogRecovered(delivery.Consumer, delivery.ShardId);

    public void Discarded(BatchPiece piece) =>
        LogDiscarded(delivery.Consumer, piece.Records.Count, delivery.ShardId, piece.First.SequenceNumber, piece.Records[^1].SequenceNumber, piece.GivenUp!.Value, piece.Calls);

    public void Dropped(BatchPiece piece, Exception? error)
    {
        var why = error is null ? "there is no failure destination" : $"their failure destination cannot be reached ({Words(error)}), and OnDestinationFailure is Discard";
        LogDropped(error, delivery.Consumer, piece.Records.Count, delivery.ShardId, piece.First.SequenceNumber, piece.Records[^1].SequenceNumber, piece.GivenUp!.Value, piece.Calls, why);
    }

    public void Undelivered(BatchPiece piece, TimeSpan delay, Exception error) =>
        LogUndelivered(error, delivery.Consumer, piece.Records.Count, delivery.ShardId, piece.First.SequenceNumber, delay, Words(error));

    /// <summary>Announces that a record is held up for so long that the stream will forget it.</summary>
    public void Ages(StreamRecord record, TimeSpan age, bool isUrgent)
    {
        if (isUrgent)
            LogExpiresSoon(delivery.Consumer, record.SequenceNumber, delivery.ShardId, age, RecordAges.Retention - age);
        else
            LogAges(delivery.Consumer, record.SequenceNumber, delivery.ShardId, age, RecordAges.Retention - age);
    }

    private static BatchItemFailure? CauseOf(BatchResult result, StreamRecord first) =>
        result.Failures.FirstOrDefault(failure => SequenceNumber.TryParse(failure.ItemIdentifier, out var number) && number == first.SequenceNumber);

    [LoggerMessage(3001, LogLevel.Error, "{Consumer}: record {SequenceNumber} of {ShardId} failed at attempt {Attempt}. {Then} {Reason}")]
    private partial void LogFailed(Exception? error, string consumer, ShardId? shardId, SequenceNumber sequenceNumber, int attempt, string then, string reason);

    [LoggerMessage(3005, LogLevel.Error, "{Consumer}: record {SequenceNumber} of {ShardId} failed as well at attempt {Attempt}. {Reason}")]
    private partial void LogAlsoFailed(Exception? error, string consumer, ShardId? shardId, string sequenceNumber, int attempt, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "{Consumer}: the handler of {ShardId} could not be reached with record {SequenceNumber}. {Then} {Reason}")]
    private partial void LogNotInvoked(string consumer, ShardId? shardId, SequenceNumber sequenceNumber, string then, string reason);

    [LoggerMessage(3012, LogLevel.Error, "{Consumer}: the final call of a window of {ShardId} failed at attempt {Attempt}. {Then} {Reason}")]
    private partial void LogFinalCallFailed(Exception? error, string consumer, ShardId? shardId, int attempt, string then, string reason);

    [LoggerMessage(3003, LogLevel.Information, "{Consumer}: {ShardId} goes on: what had failed was handled.")]
    private partial void LogRecovered(string consumer, ShardId? shardId);

    [LoggerMessage(3007, LogLevel.Error, "{Consumer}: {Count} records of {ShardId} from {First} to {Last} are given up ({Condition} after {Calls} calls) and kept by the failure destination.")]
    private partial void LogDiscarded(string consumer, int count, ShardId? shardId, SequenceNumber first, SequenceNumber last, DiscardCondition condition, int calls);

    [LoggerMessage(3008, LogLevel.Critical, "{Consumer}: {Count} records of {ShardId} from {First} to {Last} are given up ({Condition} after {Calls} calls) and kept nowhere: {Why}.")]
    private partial void LogDropped(Exception? error, string consumer, int count, ShardId? shardId, SequenceNumber first, SequenceNumber last, DiscardCondition condition, int calls, string why);

    [LoggerMessage(3009, LogLevel.Error, "{Consumer}: {Count} records of {ShardId} from {First} on are to be given up, and their failure destination cannot be reached. Next try in {Delay}. {Reason}")]
    private partial void LogUndelivered(Exception error, string consumer, int count, ShardId? shardId, SequenceNumber first, TimeSpan delay, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "{Consumer}: record {SequenceNumber} of {ShardId} has been held up for half of the time that the stream keeps it: it is {Age} old, and can be gone in {Left}.")]
    private partial void LogAges(string consumer, SequenceNumber sequenceNumber, ShardId? shardId, TimeSpan age, TimeSpan left);

    [LoggerMessage(3011, LogLevel.Critical, "{Consumer}: record {SequenceNumber} of {ShardId} is about to be lost: it is {Age} old, and the stream can forget it, and all behind it, in {Left}.")]
    private partial void LogExpiresSoon(string consumer, SequenceNumber sequenceNumber, ShardId? shardId, TimeSpan age, TimeSpan left);
}
