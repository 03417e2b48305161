using System.Collections.ObjectModel;
using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Hands the records of a shard to their handler, or to the failure destination.</summary>
internal sealed class LaneCalls(IBatchProcessor processor, BatchContext delivery, DeliveryTools tools)
{
    /// <summary>Calls the handler. Whatever happens there is a result.</summary>
    public async ValueTask<CallEnd> HandleAsync(DeliveryLane lane, BatchPiece piece, BatchWindow? window, bool isolates, CancellationToken abort)
    {
        try
        {
            var context = new BatchContext
            {
                Consumer = delivery.Consumer,
                ShardId = delivery.ShardId,
                StreamArn = delivery.StreamArn,
                Window = window,
                LeaseEpoch = delivery.LeaseEpoch,
                Attempt = piece.Attempt,
                IsolatesItems = isolates,
                LeaseLost = delivery.LeaseLost,
                HostStopping = delivery.HostStopping,
            };
            var result = await processor.ProcessAsync(RecordsOf(piece), context, abort);
            return new CallEnd(lane, piece, window is null ? result : result.ForWindow(window));
        }
        catch (Exception e)
        {
            return new CallEnd(lane, piece, BatchResult.Failed(e));
        }
    }

    /// <summary>Hands records that are given up to the failure destination.</summary>
    public async ValueTask<CallEnd> GiveUpAsync(DeliveryLane lane, BatchPiece piece, IFailureDestination destination, CancellationToken abort)
    {
        try
        {
            var batch = new DiscardedBatch
            {
                Consumer = delivery.Consumer,
                Stream = piece.First.Record.StreamArn,
                ShardId = delivery.ShardId!.Value,
                Records = RecordsOf(piece),
                Condition = piece.GivenUp!.Value,
                ApproximateInvokeCount = piece.Calls,
                IsFunctionError = piece.Failure is not { IsFunctionError: false },
                RequestId = tools.Entropy.NextGuid(),
                Timestamp = tools.Time.GetUtcNow(),
                Error = piece.Failure?.Reason,
            };
            await destination.DeliverAsync(batch, abort);
            return new CallEnd(lane, piece, null);
        }
        catch (Exception e)
        {
            return new CallEnd(lane, piece, null, e);
        }
    }

    /// <summary>Gives the records in a list that nobody who is given it can change, and so what is finished.</summary>
    private static ReadOnlyCollection<StreamRecord> RecordsOf(BatchPiece piece)
    {
        var records = new List<StreamRecord>(piece.Records.Count);
        foreach (var pending in piece.Records)
            records.Add(pending.Record);
        return records.AsReadOnly();
    }
}
