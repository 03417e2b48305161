using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The write of a checkpoint with its memo.</summary>
internal sealed class Checkpoints(LeaseTableCalls calls, LeaseWrites writes)
{
    public async ValueTask<CheckpointOutcome> StoreAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        for (var parts = 0; ;)
        {
            var change = new MemoWrite(memo, parts);
            var values = LeaseRow.HeldValues(held);
            values[":position"] = Attributes.Text(position.ToPaddedString());
            var names = Attributes.Names(LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.Checkpoint);
            change.AddTo(names, values);
            var update = calls.Update(
                LeaseRow.KeyOf(scope, held.Shard),
                $"SET #checkpoint = :position{change.Set} REMOVE {change.Remove}",
                $"{LeaseRow.IsHeld} AND {LeaseRow.IsAdvance} AND {change.Condition}",
                names,
                values);
            if (await writes.UpdateAsync($"Checkpointing {held.Shard}", update, change.Parts(calls.TableName, scope, held.Shard), cancellationToken) is not { } refused)
                return CheckpointOutcome.Stored;
            if (refused.Count == 0 || LeaseRow.Read(refused) is not { } found || found.Owner != held.Owner || found.Epoch != held.Epoch)
                return CheckpointOutcome.Fenced;

            // The last memo has more rows than were to be deleted; otherwise a later checkpoint is stored, and stays with its memo.
            if (LeaseRow.MemoPartsOf(refused) is var stored && stored <= parts)
                return CheckpointOutcome.Stored;
            parts = stored;
        }
    }
}
