using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Stores how far a delivery has come. Owned by the delivery loop.</summary>
internal sealed partial class CheckpointWriter(ICheckpointSink sink, CheckpointTracker tracker, CheckpointMemo memo, BatchContext delivery, ILogger logger)
{
    private bool _isOverdue;

    /// <summary>Gets whether so much is handled and not stored that no more should be handled before it is. Said once.</summary>
    public bool IsOverdue
    {
        get
        {
            if (tracker.IsOverdue && !_isOverdue)
                LogSettles(delivery.Consumer, delivery.ShardId, tracker.Position);
            return _isOverdue = tracker.IsOverdue;
        }
    }

    /// <summary>Stores the position if it has moved. False when it was refused for good: the shard belongs to somebody else.</summary>
    public async ValueTask<bool> StoreAsync(CancellationToken cancellationToken)
    {
        if (!tracker.IsDirty)
            return true;
        if (!sink.MayProceed)
            return false;
        if (memo.Current is not { } kept)
            return true;
        try
        {
            if (!await sink.StoreAsync(tracker.Position!.Value, kept, cancellationToken))
                return false;
            tracker.Stored();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The records are finished all the same: the next write carries this position too.
            tracker.NotStored();
            LogNotStored(delivery.Consumer, delivery.ShardId, tracker.Position, e.Message);
        }
        catch (OperationCanceledException)
        {
            tracker.NotStored();
        }

        return true;
    }

    [LoggerMessage(3006, LogLevel.Error, "{Consumer}: nothing more of {ShardId} is handled until its checkpoint {SequenceNumber} is stored.")]
    private partial void LogSettles(string consumer, ShardId? shardId, SequenceNumber? sequenceNumber);

    [LoggerMessage(3004, LogLevel.Warning, "{Consumer}: the checkpoint {SequenceNumber} of {ShardId} could not be stored and will be written with the next one: {Reason}")]
    private partial void LogNotStored(string consumer, ShardId? shardId, SequenceNumber? sequenceNumber, string reason);
}
