using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The transaction that ends a shard: its lease becomes done and free and loses its memo, and its children's leases are made, held by the owner. All or nothing.</summary>
internal sealed class ShardEnd(IAmazonDynamoDB client, string tableName, TimeProvider timeProvider)
{
    /// <summary>Runs the transaction.</summary>
    /// <returns>The leases of those children that the owner holds; null when the lease has another owner.</returns>
    public async ValueTask<IReadOnlyList<Lease>?> RunAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        var missing = children.ToList();
        var mine = new List<Lease>();
        var parts = 0;
        while (true)
        {
            if (await Transaction.RunAsync(client, Items(scope, held, position, missing, parts), timeProvider, cancellationToken) is not { } reasons)
            {
                mine.AddRange(missing.Where(IsTaken).Select(child => LeaseRow.Read(LeaseRow.New(scope, child, held.Owner))));
                return mine;
            }

            if (reasons[0].Code is "ConditionalCheckFailed")
            {
                var row = reasons[0].Item ?? [];
                var parent = row.Count > 0 ? LeaseRow.Read(row) : null;
                if (parent is { State: LeaseState.Done } && parent.Epoch == held.Epoch)
                    return await AlreadyDoneAsync(scope, held, children, cancellationToken);
                if (parent is null || parent.Owner != held.Owner || parent.Epoch != held.Epoch || parent.State == LeaseState.Done)
                    return null;
                if (LeaseRow.MemoPartsOf(row) is var stored && stored > parts)
                    parts = stored;
                else
                    // Still held, so the stored checkpoint is the later one: it stays.
                    position = null;
            }

            // A child that has a lease already keeps it.
            for (var i = missing.Count - 1; i >= 0; i--)
            {
                if (reasons[i + 1] is not { Code: "ConditionalCheckFailed", Item: var row })
                    continue;
                if (row is { Count: > 0 } && LeaseRow.Read(row) is var existing && existing.Owner == held.Owner)
                    mine.Add(existing);
                missing.RemoveAt(i);
            }
        }
    }

    private static bool IsTaken(NewLease child) => child.State == LeaseState.Active;

    /// <summary>The transaction was applied and its answer was lost, for only the holder of this epoch ends the shard: what it would have answered is read back.</summary>
    private async ValueTask<IReadOnlyList<Lease>> AlreadyDoneAsync(LeaseScope scope, Lease held, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        var mine = new List<Lease>();
        foreach (var child in children)
        {
            var answer = await client.GetItemAsync(new GetItemRequest { TableName = tableName, Key = LeaseRow.KeyOf(scope, child.Shard), ConsistentRead = true }, cancellationToken);
            if (answer.Item is { Count: > 0 } row && LeaseRow.Read(row) is var lease && lease.Owner == held.Owner)
                mine.Add(lease);
        }

        return mine;
    }

    private List<TransactWriteItem> Items(LeaseScope scope, Lease held, SequenceNumber? position, List<NewLease> children, int memoParts)
    {
        var values = LeaseRow.HeldValues(held);
        values[":done"] = Attributes.Text(LeaseRow.Done);
        values[":active"] = Attributes.Text(LeaseRow.Active);
        var names = Attributes.Names(LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.State, LeaseRow.Wanted, LeaseRow.WantedIncarnation, LeaseRow.WantedEpoch);
        var (update, condition) = ("SET #state = :done", $"{LeaseRow.IsHeld} AND #state = :active");
        if (position is { } last)
        {
            names["#checkpoint"] = LeaseRow.Checkpoint;
            values[":position"] = Attributes.Text(last.ToPaddedString());
            (update, condition) = ($"{update}, #checkpoint = :position", $"{condition} AND {LeaseRow.IsAdvance}");
        }

        var memo = new MemoWrite(default, memoParts);
        memo.AddTo(names, values);

        var items = new List<TransactWriteItem>(children.Count + 1 + memoParts)
        {
            new()
            {
                Update = new Update
                {
                    TableName = tableName,
                    Key = LeaseRow.KeyOf(scope, held.Shard),
                    UpdateExpression = $"{update} REMOVE #owner, #incarnation, {LeaseRow.RemoveRequest}, {memo.Remove}",
                    ConditionExpression = $"{condition} AND {memo.Condition}",
                    ExpressionAttributeNames = names,
                    ExpressionAttributeValues = values,
                    ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                },
            },
        };
        foreach (var child in children)
        {
            items.Add(new TransactWriteItem
            {
                Put = new Put
                {
                    TableName = tableName,
                    Item = LeaseRow.New(scope, child, IsTaken(child) ? held.Owner : null),
                    ConditionExpression = "attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                },
            });
        }

        // Behind the children: the reasons of a refusal are in the order of the writes.
        items.AddRange(memo.Parts(tableName, scope, held.Shard));
        return items;
    }
}
