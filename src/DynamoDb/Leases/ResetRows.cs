using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The form of the last reset of a scope. It stands behind the leases, so that whoever has seen what it made of one of them sees it.</summary>
internal static class ResetRows
{
    public const string Generation = LeaseRow.Generation;
    public const string Pending = "pending";

    private const string Sort = "lease-reset";
    private const string Operation = "operation";
    private const string Shard = "shard";
    private const string Leaves = "leaves";

    public static Row KeyOf(LeaseScope scope) => Attributes.Key(LeaseRow.PartitionOf(scope), Sort);

    public static bool IsOrder(Row row) => row.TryGetValue(Attributes.SortKey, out var sort) && sort.S == Sort;

    public static Row Of(LeaseScope scope, ResetOrder order)
    {
        var row = KeyOf(scope);
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        row[Generation] = Attributes.Number(order.Generation);
        row[Operation] = Attributes.Number(order.Operation);
        row[Pending] = Attributes.Flag(order.IsPending);
        LeaseRow.WriteStart(row, order.Start);
        if (order.Shard is { } shard)
            row[Shard] = Attributes.Text(shard.Value);
        if (order.Leaves.Count > 0)
            row[Leaves] = new RowValue { SS = [.. order.Leaves.Select(leaf => leaf.Value)] };
        return row;
    }

    public static ResetOrder Read(Row row)
    {
        var reader = new RowReader(row);
        return new ResetOrder(reader.Number(Generation), reader.Number(Operation), LeaseRow.ReadStart(reader), reader.Flag(Pending))
        {
            Shard = reader.OptionalText(Shard) is { } shard ? new ShardId(shard) : null,
            Leaves = [.. reader.OptionalTexts(Leaves).Select(leaf => new ShardId(leaf))],
        };
    }
}
