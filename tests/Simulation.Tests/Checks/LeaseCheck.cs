namespace StreamWorker.Simulation;

/// <summary>
/// Holds I3 at every write of the lease table: a position never goes back, never passes a record that is not finished, and is only taken from the holder of the current epoch.
/// A row is never lost, an epoch never goes back, a shard that is done stays done. Holds I4 where a lease changes hands: nobody takes one that its owner still counts on.
/// </summary>
internal sealed class LeaseCheck(Scheduler scheduler, Ledger ledger, Violations violations, Tally tally, Func<WorkerIdentity, SimulatedWorker?> findWorker)
{
    public void Created(Lease lease)
    {
        var shard = ledger.Of(lease.Shard);
        // Those that were written before the start for new records was stored are not asked for.
        if (lease.Start.FromTime is not null || lease.State == LeaseState.Done)
            shard.Records.ForEach(ledger.Excuse);
        // What is before a shard of which nothing is wanted is not wanted either, whether it has a row by now or not.
        for (var ancestor = lease.State == LeaseState.Done ? shard.Parent : null; ancestor is not null; ancestor = ancestor.Parent)
            ancestor.Records.ForEach(ledger.Excuse);
        Row(shard, lease, lease.Owner);
    }

    public void Claimed(Lease before, Lease claimed)
    {
        tally.Add(before.Owner is null ? "free leases claimed" : "leases taken over");
        if (before.Owner is { } owner && owner != claimed.Owner && findWorker(owner) is { } worker && worker != findWorker(claimed.Owner!) && worker.CountsOn(owner) && !worker.IsUnaware)
            violations.Report("I4", $"{claimed.Owner!.WorkerId} takes {ledger.Of(claimed.Shard)} while {worker} still counts on it.");
        Row(ledger.Of(claimed.Shard), claimed, claimed.Owner);
    }

    /// <summary>Holds that nothing changes hands because somebody asks for it.</summary>
    public void Asked(Lease? before, Lease after)
    {
        if (before is null || after with { Requester = before.Requester } != before)
            violations.Report("I4", $"{ledger.Of(after.Shard)} is {Describe(after)} after somebody asked for it; it was {Describe(before)}.");
        else if (after != before)
            tally.Add(after.Requester is null ? "requests taken back" : "leases asked for");
    }

    /// <summary>Holds that who hands a lease over held it, does not deliver from it any more, and is fenced from then on.</summary>
    public void HandedOver(Lease before, Lease held, Lease after)
    {
        var shard = ledger.Of(held.Shard);
        tally.Add("leases handed over");
        if (before.Epoch != held.Epoch || before.Owner != held.Owner)
            violations.Report("I3", $"{shard} is handed over by {held.Owner?.WorkerId} under epoch {held.Epoch} while the lease is {Describe(before)}.");
        if (before.Requester is null || after.Owner != before.Requester)
            violations.Report("I4", $"{shard} is handed over to {after.Owner?.WorkerId}, and {before.Requester?.WorkerId ?? "nobody"} has asked for it.");
        if (after.Epoch != before.Epoch + 1)
            violations.Report("I4", $"{shard} changes hands from epoch {before.Epoch} to {after.Epoch}.");
        if (shard.Active.FirstOrDefault(batch => batch.Worker is { IsRunning: true, IsUnaware: false } && !batch.Cancellation.IsCancellationRequested) is { } batch)
            violations.Report("I4", $"{shard} is handed over while {batch.Worker} is at {batch}.");
        Row(shard, after, held.Owner);
    }

    public void Checkpointed(Lease? before, Lease held, Lease? after)
    {
        var shard = ledger.Of(held.Shard);
        if (before is null || before.Epoch != held.Epoch || before.Owner != held.Owner)
            violations.Report("I3", $"{shard}: a checkpoint of {held.Owner?.WorkerId} under epoch {held.Epoch} is taken while the lease is {Describe(before)}.");
        Row(shard, after, held.Owner);
    }

    /// <summary>Holds that only the row of a shard is removed that is finished and that the stream has forgotten.</summary>
    public void Removed(Lease row)
    {
        var shard = ledger.Of(row.Shard);
        tally.Add("rows removed");
        if (!shard.IsDone || !shard.IsGone)
            violations.Report("I3", $"The row of {shard} is removed, which is {(shard.IsDone ? "done" : "not done")} and {(shard.IsGone ? "gone" : "still there")}.");
    }

    /// <summary>
    /// Holds that a reset meets a lease that nobody works on, and takes it to the next epoch and to a later generation. From then on its records, those from the new start on, are owed
    /// once more; those before it are not asked for.
    /// </summary>
    public void Reset(Lease before, Lease after)
    {
        var shard = ledger.Of(after.Shard);
        tally.Add("leases reset");
        if (after.Epoch != before.Epoch + 1 || after.Generation <= before.Generation || after.Owner is not null || after.Checkpoint is not null)
            violations.Report("I3", $"{shard} is {Describe(after)} in generation {after.Generation} after a reset; it was {Describe(before)} in generation {before.Generation}.");
        if (before.Owner is { } owner && findWorker(owner) is { } worker && worker.CountsOn(owner) && worker.Shards.Any(status => status.Shard == shard.Id.Value && status.Epoch == before.Epoch))
            violations.Report("I4", $"{shard} is reset while {worker} still counts on it.");
        if (shard.Active.FirstOrDefault(batch => batch.Worker.IsRunning && !batch.Cancellation.IsCancellationRequested && batch.Epoch == before.Epoch) is { } batch)
            violations.Report("I4", $"{shard} is reset while {batch.Worker} is at {batch}.");
        ledger.Reset(shard, record => after.State == LeaseState.Active && IsFrom(after.Start, record), after.Epoch);
        (shard.Checkpoint, shard.IsDone) = (null, false);
        Row(shard, after, null);
    }

    /// <summary>Holds that an owner that says that it stands does not deliver.</summary>
    public void Stands(Lease held)
    {
        var shard = ledger.Of(held.Shard);
        tally.Add("leases held in a pause");
        if (shard.Active.FirstOrDefault(batch => batch.Epoch == held.Epoch && batch.Worker.Name == held.Owner?.WorkerId && batch.Worker.IsRunning) is { } batch)
            violations.Report("I4", $"{held.Owner?.WorkerId} says that it does nothing in {shard}, and is at {batch}.");
    }

    private static bool IsFrom(LeaseStart start, RecordFacts record) =>
        (start.FromTime is not { } time || record.Written.CreatedAt >= time) && (start.AtSequenceNumber is not { } number || record.SequenceNumber >= number);

    /// <summary>Holds what is true of every row, whatever was written.</summary>
    public void Row(ShardFacts shard, Lease? row, WorkerIdentity? by)
    {
        scheduler.History.Mix(row?.Epoch ?? -1);
        if (row is null)
        {
            if (shard.Epoch is not null)
                violations.Report("I3", $"The row of {shard} is lost.");
            return;
        }

        scheduler.History.Write(scheduler.Now, by?.WorkerId ?? "-", $"{shard} is now {Describe(row)}");
        if (row.Epoch < shard.Epoch)
            violations.Report("I3", $"The epoch of {shard} goes back from {shard.Epoch} to {row.Epoch}.");
        if (shard.Checkpoint is { } stored && (row.Checkpoint is not { } now || now < stored))
            violations.Report("I3", $"The checkpoint of {shard} goes back from {stored} to {row.Checkpoint?.ToString() ?? "nothing"}.");
        if (shard.IsDone && row.State != LeaseState.Done)
            violations.Report("I3", $"{shard} was done and is not any more.");
        var first = shard.FirstUnfinished;
        if (first is not null && row.Checkpoint is { } position && position >= first.SequenceNumber)
            violations.Report("I3", $"The checkpoint of {shard} passes {first}, which is not finished.");
        if (first is not null && row.State == LeaseState.Done)
            violations.Report("I3", $"{shard} is done, and {first} is not finished.");
        if (row.State == LeaseState.Done && !shard.IsDone)
            tally.Add("shards done");
        shard.Epoch = row.Epoch;
        shard.Checkpoint = row.Checkpoint;
        shard.IsDone = row.State == LeaseState.Done;
    }

    private static string Describe(Lease? row) => row is null ? "not there" : $"{row.State} at {row.Checkpoint?.ToString() ?? "its start"}, held by {row.Owner?.WorkerId ?? "nobody"} under epoch {row.Epoch}";
}
