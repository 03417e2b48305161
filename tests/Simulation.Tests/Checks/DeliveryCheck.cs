namespace StreamWorker.Simulation;

/// <summary>
/// Holds I2, I4 and, once more, I5. I2: a record is delivered for the first time when every earlier one of its item is finished, and within one epoch none is delivered again that was finished in it.
/// I4: no worker delivers from a lease while, or after, another one does under a later epoch. What was in a handler when its process was paused may go on until that process has
/// had the time to notice; a machine of which no clock tells that it was suspended begins more.
/// </summary>
internal sealed class DeliveryCheck(Scheduler scheduler, Ledger ledger, Violations violations)
{
    private static readonly long s_noticing = TimeSpan.FromMilliseconds(100).Ticks;

    // The last record of an item that was finished in an epoch of a row.
    private readonly Dictionary<(IReadOnlyList<RecordFacts> Item, ShardFacts Shard, int Row, long Epoch), int> _finished = [];

    public ActiveBatch Begin(SimulatedWorker worker, BatchContext context, IReadOnlyList<StreamRecord> records, CancellationToken cancellation)
    {
        var shard = ledger.Of(context.ShardId!.Value);
        var batch = new ActiveBatch(worker, shard, context.LeaseEpoch!.Value, [.. records.Select(ledger.Of)], cancellation);
        var history = scheduler.History;
        history.Mix(shard.Number);
        history.Mix(batch.Epoch);
        history.Mix(records.Count);
        history.Write(scheduler.Now, worker.Name, $"delivers {batch}, attempt {context.Attempt}");
        if (shard.DeliveredEpoch > batch.Epoch && !worker.IsUnaware)
            violations.Report("I4", $"{worker} begins to deliver {batch} after epoch {shard.DeliveredEpoch} has begun.");
        foreach (var other in shard.Active)
        {
            // Lanes of one delivery are side by side, and no item is in two of them.
            if (other.Worker == worker && other.Epoch == batch.Epoch)
            {
                if (other.Records.FirstOrDefault(record => batch.Records.Any(mine => mine.Item == record.Item)) is { } both)
                    violations.Report("I2", $"{worker} begins to deliver {batch} while it is at {other}, with {both} of the same item.");
                continue;
            }

            if (other.Worker.IsRunning && !other.Cancellation.IsCancellationRequested && !MayNotHaveNoticed(other))
                violations.Report("I4", $"{worker} begins to deliver {batch} while {other.Worker} is at {other}.");
        }

        if (shard.Parent is { IsGone: false, IsDone: false } parent)
            violations.Report("I5", $"{worker} delivers {batch} before {parent} is done.");
        shard.DeliveredEpoch = Math.Max(shard.DeliveredEpoch, batch.Epoch);
        shard.Active.Add(batch);
        return batch;
    }

    public void Attempt(ActiveBatch batch, int index)
    {
        var record = batch.Records[index];
        scheduler.History.Mix(record.Number);
        scheduler.History.Write(scheduler.Now, batch.Worker.Name, $"  {record}");
        if (record.Shard != batch.Shard)
            violations.Report("I2", $"{batch.Worker} delivers {record} as one of {batch.Shard}.");
        if (!record.IsHandled && record.InItem > 0 && record.Item.Take(record.InItem).FirstOrDefault(earlier => !earlier.WasFinished) is { } skipped)
            violations.Report("I2", $"{batch.Worker} delivers {record} before {skipped} is finished.");
        if (record.OwedSince <= batch.Epoch && record.Item.Take(record.InItem).FirstOrDefault(earlier => earlier.OwedSince is not null && !earlier.IsExcused) is { } owed)
            violations.Report("I2", $"{batch.Worker} delivers {record} once more before {owed}, which is owed, too.");
        if (_finished.TryGetValue((record.Item, batch.Shard, batch.Row, batch.Epoch), out var last) && last >= record.InItem)
            violations.Report("I2", $"{batch.Worker} delivers {record} again, under the same epoch {batch.Epoch}, after change {last + 1} of the item was finished.");
        if (index > 0 && batch.Records[index - 1].SequenceNumber >= record.SequenceNumber)
            violations.Report("I2", $"{batch} is out of order at {record}.");
    }

    public void Handled(ActiveBatch batch, int index)
    {
        var record = batch.Records[index];
        scheduler.History.Mix(~record.Number);
        if (batch.Shard.DeliveredEpoch > batch.Epoch && batch.Worker.IsRunning && !batch.Cancellation.IsCancellationRequested && !MayNotHaveNoticed(batch))
            violations.Report("I4", $"{batch.Worker} handles {record} under epoch {batch.Epoch} after epoch {batch.Shard.DeliveredEpoch} has begun.");
        ledger.Handled(record, scheduler.Now, batch.Epoch);
    }

    /// <summary>Notes the end of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="finished">The places of the records that count as handled.</param>
    public void End(ActiveBatch batch, IEnumerable<int> finished)
    {
        batch.Shard.Active.Remove(batch);
        foreach (var i in finished)
            _finished[(batch.Records[i].Item, batch.Shard, batch.Row, batch.Epoch)] = batch.Records[i].InItem;
    }

    private bool MayNotHaveNoticed(ActiveBatch batch) =>
        batch.Worker.IsUnaware || (batch.BegunAt <= batch.Worker.ResumedAt && scheduler.Now - batch.Worker.ResumedAt <= Math.Max(s_noticing, batch.Worker.NoticesWithin));
}

/// <summary>A batch in a handler.</summary>
internal sealed class ActiveBatch(SimulatedWorker worker, ShardFacts shard, long epoch, IReadOnlyList<RecordFacts> records, CancellationToken cancellation)
{
    public SimulatedWorker Worker => worker;

    public ShardFacts Shard => shard;

    public long Epoch => epoch;

    /// <summary>Gets which row of the shard the epoch is one of.</summary>
    public int Row { get; } = shard.Row;

    public IReadOnlyList<RecordFacts> Records => records;

    public CancellationToken Cancellation => cancellation;

    public long BegunAt { get; } = worker.Now;

    public override string ToString() => $"{shard} from {records[0].InShard} to {records[^1].InShard} under epoch {epoch}";
}
