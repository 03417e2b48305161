using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>What operators order: the transaction that stores a command, the writes that carry a reset out, and the entries that remember it all.</summary>
internal sealed class OperationTable(LeaseTableCalls calls)
{
    private const int ConflictAttempts = 4;
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);

    public async ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await calls.RunAsync($"Storing a {command.Entry.Kind} of consumer {command.Next.Consumer}", token => StoreAsync(command, token), cancellationToken);
    }

    public async ValueTask<Lease?> ResetAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(reset);
        var request = ResetRequest(scope, observed, reset);
        try
        {
            return LeaseRow.Read((await calls.RunAsync($"Resetting {observed.Shard}", async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken)).Attributes);
        }
        catch (ConditionalCheckFailedException refused)
        {
            // This epoch with this generation and without owner can only come from this very reset.
            return OldLease(refused) is { Owner: null } found && found.Epoch == observed.Epoch + 1 && found.Generation == reset.Generation ? found : null;
        }
    }

    /// <summary>Completes the entry first: one that was forgotten would never be.</summary>
    public async ValueTask<bool> CompleteAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        await TryUpdateAsync(
            $"Noting that operation {order.Operation} is carried out",
            calls.Update(
                OperationRows.KeyOf(scope.Application, scope.Consumer, order.Operation),
                "SET #from = if_not_exists(#from, :from), #doneAt = if_not_exists(#doneAt, :doneAt)",
                "attribute_exists(pk)",
                Attributes.Names(OperationRows.From, OperationRows.DoneAt),
                new Row(StringComparer.Ordinal) { [":from"] = Attributes.Text(from), [":doneAt"] = Attributes.Time(doneAt) }),
            cancellationToken);
        return await TryUpdateAsync(
            $"Completing the reset of consumer {scope.Consumer}",
            calls.Update(
                ResetRows.KeyOf(scope),
                "SET #pending = :false",
                "#generation = :generation",
                Attributes.Names(ResetRows.Pending, ResetRows.Generation),
                new Row(StringComparer.Ordinal) { [":false"] = Attributes.Flag(false), [":generation"] = Attributes.Number(order.Generation) }),
            cancellationToken);
    }

    public ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        var values = LeaseRow.HeldValues(held);
        values[":pause"] = Attributes.Number(pause);
        return TryUpdateAsync(
            $"Noting that {held.Shard} is paused",
            calls.Update(
                LeaseRow.KeyOf(scope, held.Shard),
                "SET #paused = :pause, #pausedEpoch = :epoch",
                LeaseRow.IsHeld,
                Attributes.Names(LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.Paused, LeaseRow.PausedEpoch),
                values),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<OperationEntry>> ListAsync(string application, string consumer, CancellationToken cancellationToken) =>
        calls.ListAsync($"Listing the operations on consumer {consumer}", OperationRows.PartitionOf(application, consumer), OperationRows.SortPrefix, OperationRows.Read, cancellationToken);

    private async ValueTask<bool> StoreAsync(ConsumerCommand command, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ;)
        {
            try
            {
                await calls.Client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = Items(command) }, cancellationToken);
                return true;
            }
            catch (TransactionCanceledException cancelled) when (cancelled.CancellationReasons is { Count: > 0 } reasons)
            {
                if (reasons.Exists(reason => reason.Code is "ConditionalCheckFailed"))
                    return await IsStoredAsync(command, cancellationToken);
                if (++conflicts == ConflictAttempts)
                    throw;
            }

            await Task.Delay(ConflictPause * (1 << conflicts), calls.Time, cancellationToken);
        }
    }

    /// <summary>Tells whether the transaction was applied and its answer was lost: then there is its entry.</summary>
    private async ValueTask<bool> IsStoredAsync(ConsumerCommand command, CancellationToken cancellationToken)
    {
        var key = OperationRows.KeyOf(command.Application, command.Next.Consumer, command.Entry.Number);
        var answer = await calls.Client.GetItemAsync(new GetItemRequest { TableName = calls.TableName, Key = key, ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } row && OperationRows.Read(row) with { From = null, DoneAt = null } == command.Entry;
    }

    private List<TransactWriteItem> Items(ConsumerCommand command)
    {
        var consumer = command.Next.Consumer;
        var control = new Put { TableName = calls.TableName, Item = ControlRows.Of(command.Application, command.Next), ConditionExpression = "attribute_not_exists(pk)" };
        if (command.Observed.Number > 0)
        {
            control.ConditionExpression = "#number = :number";
            control.ExpressionAttributeNames = Attributes.Names(ControlRows.Number);
            control.ExpressionAttributeValues = new Row(StringComparer.Ordinal) { [":number"] = Attributes.Number(command.Observed.Number) };
        }

        var items = new List<TransactWriteItem>
        {
            new() { Put = control },
            new() { Put = new Put { TableName = calls.TableName, Item = OperationRows.Of(command.Application, consumer, command.Entry) } },
        };
        if (command is { Scope: { } scope, Reset: { } reset })
        {
            items.Add(new TransactWriteItem
            {
                Put = new Put
                {
                    TableName = calls.TableName,
                    Item = ResetRows.Of(scope, reset),
                    ConditionExpression = "attribute_not_exists(pk) OR #generation < :generation",
                    ExpressionAttributeNames = Attributes.Names(ResetRows.Generation),
                    ExpressionAttributeValues = new Row(StringComparer.Ordinal) { [":generation"] = Attributes.Number(reset.Generation) },
                },
            });
        }

        if (command.Entry.Number > OperationEntry.MostKept)
            items.Add(new TransactWriteItem { Delete = new Delete { TableName = calls.TableName, Key = OperationRows.KeyOf(command.Application, consumer, command.Entry.Number - OperationEntry.MostKept) } });
        return items;
    }

    private UpdateItemRequest ResetRequest(LeaseScope scope, Lease observed, LeaseReset reset)
    {
        var values = new Row(StringComparer.Ordinal)
        {
            [":epoch"] = Attributes.Number(observed.Epoch),
            [":next"] = Attributes.Number(observed.Epoch + 1),
            [":generation"] = Attributes.Number(reset.Generation),
            [":state"] = Attributes.Text(reset.State == LeaseState.Done ? LeaseRow.Done : LeaseRow.Active),
        };
        var start = new Row(StringComparer.Ordinal);
        LeaseRow.WriteStart(start, reset.Start);
        values[":start"] = start[LeaseRow.Start];
        var set = "SET #state = :state, #epoch = :next, #generation = :generation, #start = :start";
        var remove = $"REMOVE #owner, #incarnation, #checkpoint, {LeaseRow.RemoveRequest}, #paused, #pausedEpoch";
        if (start.TryGetValue(LeaseRow.StartAt, out var startAt))
        {
            values[":startAt"] = startAt;
            set += ", #startAt = :startAt";
        }
        else
            remove += ", #startAt";
        if (observed.Checkpoint is { } checkpoint)
        {
            values[":previous"] = Attributes.Text(checkpoint.ToPaddedString());
            set += ", #previous = :previous";
        }
        else
            remove += ", #previous";
        var isOwned = "attribute_not_exists(#owner)";
        if (observed.Owner is { } owner)
        {
            values[":owner"] = Attributes.Text(owner.WorkerId);
            values[":incarnation"] = Attributes.Text(owner.Incarnation);
            isOwned = "#owner = :owner AND #incarnation = :incarnation";
        }

        var request = calls.Update(
            LeaseRow.KeyOf(scope, observed.Shard),
            $"{set} {remove}",
            $"#epoch = :epoch AND {isOwned} AND (attribute_not_exists(#generation) OR #generation < :generation)",
            Attributes.Names(
                LeaseRow.State, LeaseRow.Epoch, LeaseRow.Generation, LeaseRow.Start, LeaseRow.StartAt, LeaseRow.Previous, LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Checkpoint,
                LeaseRow.Wanted, LeaseRow.WantedIncarnation, LeaseRow.WantedEpoch, LeaseRow.Paused, LeaseRow.PausedEpoch),
            values);
        request.ReturnValues = ReturnValue.ALL_NEW;
        return request;
    }

    private async ValueTask<bool> TryUpdateAsync(string what, UpdateItemRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(what, async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    private static Lease? OldLease(ConditionalCheckFailedException refused) => refused.Item is { Count: > 0 } row ? LeaseRow.Read(row) : null;
}
