using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The two writes of a hand-over: the request of the one who wants a lease, and the change of owner by the one who has it. A request is bound to the epoch under which it was made.</summary>
internal sealed class HandOver(LeaseTableCalls calls)
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

    public async ValueTask<HandOverOutcome> RunAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(successor);
        while (true)
        {
            try
            {
                var request = RequestOf(scope, held, successor, position);
                await calls.RunAsync($"Handing over {held.Shard}", async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken);
                return HandOverOutcome.HandedOver;
            }
            catch (ConditionalCheckFailedException refused)
            {
                var found = OldLease(refused);
                // This epoch under this owner can only come from this very write, or from a claim by the successor that takes its place.
                if (found is not null && found.Owner == successor && found.Epoch == held.Epoch + 1)
                    return HandOverOutcome.HandedOver;
                if (found is null || found.Owner != held.Owner || found.Epoch != held.Epoch || found.State == LeaseState.Done)
                    return HandOverOutcome.Fenced;
                if (position is null || found.Requester != successor)
                    return HandOverOutcome.Withdrawn;

                // Still held and still asked for, so the stored checkpoint is the later one: it stays.
                position = null;
            }
        }
    }

    private UpdateItemRequest RequestOf(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position)
    {
        var values = LeaseRow.HeldValues(held);
        values[":active"] = Attributes.Text(LeaseRow.Active);
        values[":next"] = Attributes.Number(held.Epoch + 1);
        var names = Attributes.Names(s_names);
        var condition = $"{LeaseRow.IsHeld} AND #state = :active AND {LeaseRow.HasRequest(successor, values)}";
        var update = "SET #owner = :wanted, #incarnation = :wantedIncarnation, #epoch = :next";
        if (position is { } last)
        {
            names["#checkpoint"] = LeaseRow.Checkpoint;
            values[":position"] = Attributes.Text(last.ToPaddedString());
            (update, condition) = ($"{update}, #checkpoint = :position", $"{condition} AND {LeaseRow.IsAdvance}");
        }

        return calls.Update(LeaseRow.KeyOf(scope, held.Shard), $"{update} REMOVE {LeaseRow.RemoveRequest}", condition, names, values);
    }

    private static Lease? OldLease(ConditionalCheckFailedException refused) => refused.Item is { Count: > 0 } row ? LeaseRow.Read(row) : null;
}
