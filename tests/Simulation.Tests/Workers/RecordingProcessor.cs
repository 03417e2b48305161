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
        var finished = new List<int>();
        var failures = new List<BatchItemFailure>();
        var stopped = new HashSet<IReadOnlyList<RecordFacts>>();
        try
        {
            for (var i = 0; i < records.Count; i++)
            {
                if (stopped.Contains(batch.Records[i].Item))
                {
                    failures.Add(BatchItemFailure.Of(records[i]) with { IsSkipped = true });
                    continue;
                }

                var (error, cause) = cancellationToken.IsCancellationRequested && !behaviour.IgnoresCancellation
                    ? (new OperationCanceledException(cancellationToken), context.CancellationCause)
                    : (await HandleAsync(batch, i, records[i], cancellationToken), CancellationCause.None);
                if (error is null)
                {
                    finished.Add(i);
                    continue;
                }

                if (behaviour.FailsWholeBatches && cause == CancellationCause.None)
                {
                    finished.Clear();
                    return BatchResult.Failed(error);
                }

                failures.Add(BatchItemFailure.Of(records[i], error) with { CancelledBy = cause });
                if (!context.IsolatesItems)
                    break;
                stopped.Add(batch.Records[i].Item);
            }

            return BatchResult.PartlyFailed(failures);
        }
        finally
        {
            check.End(batch, finished);
        }
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
