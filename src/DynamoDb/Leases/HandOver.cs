using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The two writes of a hand-over: the request of the one who wants a lease, and the change of owner by the one who has it. A request is bound to the epoch under which it was made.</summary>
internal sealed class HandOver(LeaseTableCalls calls, LeaseWrites writes)
{
    private static readonly string[] s_names =
    [
        LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.State, LeaseRow.Wanted, LeaseRow.WantedIncarnation, LeaseRow.WantedEpoch,
    ];

    public async ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var values = LeaseRow.HeldValues(observed);
        values[":active"] = Attributes.Text(LeaseRow.Active);
        var condition = $"{LeaseRow.IsHeld} AND #state = :active AND {LeaseRow.HasRequest(observed.Requester, values)}";
        var update = "REMOVE " + LeaseRow.RemoveRequest;
        if (requester is not null)
        {
            update = "SET #wanted = :requester, #wantedIncarnation = :requesterIncarnation, #wantedEpoch = :epoch";
            values[":requester"] = Attributes.Text(requester.WorkerId);
            values[":requesterIncarnation"] = Attributes.Text(requester.Incarnation);
        }

        var request = calls.Update(LeaseRow.KeyOf(scope, observed.Shard), update, condition, Attributes.Names(s_names), values);
        request.ReturnValues = Amazon.DynamoDBv2.ReturnValue.ALL_NEW;
        try
        {
            return LeaseRow.Read((await calls.RunAsync($"Asking for {observed.Shard}", async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken)).Attributes);
        }
        catch (ConditionalCheckFailedException refused)
        {
            if (OldLease(refused) is not { State: LeaseState.Active } found)
                return null;
            var isHandedOver = found.Epoch == observed.Epoch + 1 && found.Owner == (requester ?? observed.Requester);
            var isRepeated = found.Epoch == observed.Epoch && found.Owner == observed.Owner && found.Requester == requester;
            return isHandedOver || isRepeated ? found : null;
        }
    }

    public async ValueTask<HandOverOutcome> RunAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(successor);
        var parts = 0;
        while (true)
        {
            var change = position is null ? null : new MemoWrite(memo, parts);
            var beside = change?.Parts(calls.TableName, scope, held.Shard) ?? [];
            if (await writes.UpdateAsync($"Handing over {held.Shard}", RequestOf(scope, held, successor, position, change), beside, cancellationToken) is not { } refused)
                return HandOverOutcome.HandedOver;
            var found = refused.Count > 0 ? LeaseRow.Read(refused) : null;

            // This epoch under this owner can only come from this very write, or from a claim by the successor that takes its place.
            if (found is not null && found.Owner == successor && found.Epoch == held.Epoch + 1)
                return HandOverOutcome.HandedOver;
            if (found is null || found.Owner != held.Owner || found.Epoch != held.Epoch || found.State == LeaseState.Done)
                return HandOverOutcome.Fenced;
            if (position is null || found.Requester != successor)
                return HandOverOutcome.Withdrawn;
            if (LeaseRow.MemoPartsOf(refused) is var stored && stored > parts)
                parts = stored;
            else
                // Still held and still asked for, so the stored checkpoint is the later one: it stays, with its memo.
                position = null;
        }
    }

    private UpdateItemRequest RequestOf(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, MemoWrite? memo)
    {
        var values = LeaseRow.HeldValues(held);
        values[":active"] = Attributes.Text(LeaseRow.Active);
        values[":next"] = Attributes.Number(held.Epoch + 1);
        var names = Attributes.Names(s_names);
        var condition = $"{LeaseRow.IsHeld} AND #state = :active AND {LeaseRow.HasRequest(successor, values)}";
        var update = "SET #owner = :wanted, #incarnation = :wantedIncarnation, #epoch = :next";
        var remove = LeaseRow.RemoveRequest;
        if (position is { } last && memo is not null)
        {
            names["#checkpoint"] = LeaseRow.Checkpoint;
            values[":position"] = Attributes.Text(last.ToPaddedString());
            memo.AddTo(names, values);
            (update, condition) = ($"{update}, #checkpoint = :position{memo.Set}", $"{condition} AND {LeaseRow.IsAdvance} AND {memo.Condition}");
            remove = $"{remove}, {memo.Remove}";
        }

        return calls.Update(LeaseRow.KeyOf(scope, held.Shard), $"{update} REMOVE {remove}", condition, names, values);
    }

    private static Lease? OldLease(ConditionalCheckFailedException refused) => refused.Item is { Count: > 0 } row ? LeaseRow.Read(row) : null;
}
