using StreamWorker.Diagnostics;

namespace StreamWorker.Simulation;

/// <summary>The handler: takes the records of a batch one after the other to a sink that remembers them.</summary>
internal sealed class RecordingProcessor(Scheduler scheduler, SimulatedWorker worker, SimulatedProcess sink, DeliveryCheck check, HandlerBehaviour behaviour) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        if (!scheduler.IsOnItsThread())
            return BatchResult.Failed(new InvalidOperationException("Another thread."));
        var batch = check.Begin(worker, context, records, cancellationToken);
        var finished = 0;
        try
        {
            for (var i = 0; i < records.Count; i++)
            {
                if (cancellationToken.IsCancellationRequested && !behaviour.IgnoresCancellation)
                    return FailedAt(records[i], new OperationCanceledException(cancellationToken), ref finished, i);
                if (await HandleAsync(batch, i, records[i], cancellationToken) is { } error)
                    return behaviour.FailsWholeBatches ? BatchResult.Failed(error) : FailedAt(records[i], error, ref finished, i);
            }

            finished = records.Count;
            return BatchResult.Succeeded;
        }
        finally
        {
            check.End(batch, finished);
        }
    }

    private static BatchResult FailedAt(StreamRecord record, Exception error, ref int finished, int index)
    {
        finished = index;
        return BatchResult.PartlyFailed([BatchItemFailure.Of(record, error)]);
    }

    private static RecordFormatException? FaultOf(StreamRecord record)
    {
        try
        {
            _ = record.NewImage?.GetDecimal("n");
            return null;
        }
        catch (RecordFormatException e)
        {
            return e;
        }
    }

    /// <summary>Takes a record to the sink. What is on its way there may arrive although the worker dies or gives it up.</summary>
    private async ValueTask<Exception?> HandleAsync(ActiveBatch batch, int index, StreamRecord received, CancellationToken cancellationToken)
    {
        var record = batch.Records[index];
        check.Attempt(batch, index);
        if (behaviour.Fails?.Invoke(record) == true)
            return new IOException("The sink refuses the record.");
        if (behaviour.ReadsImages && FaultOf(received) is { } fault)
            return fault;
        if (behaviour.Takes?.Invoke(record) is not { } time || time == TimeSpan.Zero)
        {
            check.Handled(batch, index);
            return null;
        }

        var arrived = new TaskCompletionSource();
        scheduler.At(scheduler.Now + time.Ticks, new Work(sink, _ =>
        {
            if (arrived.Task.IsCompleted || worker.IsGone)
                return;
            check.Handled(batch, index);
            arrived.SetResult();
        }, null));
        if (behaviour.IgnoresCancellation)
        {
            await arrived.Task;
            return null;
        }

        using var giveUp = cancellationToken.UnsafeRegister(_ => worker.Process.Do(() => arrived.TrySetCanceled(cancellationToken)), null);
        try
        {
            await arrived.Task;
            return null;
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }
}
