using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The rows that remember gaps, beside the leases of the same scope.</summary>
internal sealed class GapRows(LeaseTableCalls calls)
{
    private const string SortPrefix = "gap#";
    private const string Shard = "shard";
    private const string After = "after";
    private const string Before = "before";
    private const string StartOfShard = "0";

    public async ValueTask RecordAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(gap);
        var row = Attributes.Key(LeaseRow.PartitionOf(scope), $"{SortPrefix}{gap.Shard}#{gap.After?.ToPaddedString() ?? StartOfShard}");
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        row[Shard] = Attributes.Text(gap.Shard.Value);
        if (gap.After is { } after)
            row[After] = Attributes.Text(after.ToPaddedString());
        if (gap.Before is { } before)
            row[Before] = Attributes.Text(before.ToPaddedString());
        var request = new PutItemRequest { TableName = calls.TableName, Item = row };
        await calls.RunAsync($"Noting a gap in {gap.Shard}", async token => await calls.Client.PutItemAsync(request, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<LeaseGap>> ListAsync(LeaseScope scope, CancellationToken cancellationToken) =>
        calls.ListAsync($"Listing the gaps of consumer {scope.Consumer}", LeaseRow.PartitionOf(scope), SortPrefix, Read, cancellationToken);

    private static LeaseGap Read(Row row)
    {
        var reader = new RowReader(row);
        return new LeaseGap(new ShardId(reader.Text(Shard)), reader.OptionalPosition(After), reader.OptionalPosition(Before));
    }
}
