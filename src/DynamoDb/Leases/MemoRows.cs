using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Reads memos that have rows of their own. Only the holder of a lease writes them, so what a holder reads holds still; the hash tells when somebody else has become the holder meanwhile.</summary>
internal sealed class MemoRows(LeaseTableCalls calls)
{
    // A second look tells a change of owner from rows that do not belong together.
    private const int Looks = 3;

    public async ValueTask<ReadOnlyMemory<byte>?> LoadAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.IsMemoApart)
            return held.Memo;
        var what = $"Reading the memo of {held.Shard}";
        var get = new GetItemRequest { TableName = calls.TableName, Key = LeaseRow.KeyOf(scope, held.Shard), ConsistentRead = true };
        for (var look = 1; ; look++)
        {
            var row = (await calls.RunAsync(what, async token => await calls.Client.GetItemAsync(get, token), cancellationToken)).Item;
            if (row is not { Count: > 0 } || LeaseRow.Read(row) is not { State: LeaseState.Active } now || now.Owner != held.Owner || now.Epoch != held.Epoch)
                return null;
            if (!now.IsMemoApart)
                return now.Memo;
            var parts = await calls.ListAsync(what, LeaseRow.PartitionOf(scope), LeaseRow.MemoPrefixOf(held.Shard), ReadPart, cancellationToken);
            if (Join(parts, new RowReader(row).Binary(LeaseRow.MemoHash)) is { } memo)
                return memo;
            if (look == Looks)
                throw new RowReader(row).Unreadable("the rows of its memo are not those that were written with it");
        }
    }

    private static (int Part, ReadOnlyMemory<byte> Content) ReadPart(Row row)
    {
        var reader = new RowReader(row);
        var key = reader.Text(Attributes.SortKey);
        return int.TryParse(key.AsSpan(key.LastIndexOf('#') + 1), out var part) ? (part, reader.Binary(LeaseRow.MemoContent)) : throw reader.Unreadable("its key does not end in the number of a part");
    }

    private static ReadOnlyMemory<byte>? Join(IReadOnlyList<(int Part, ReadOnlyMemory<byte> Content)> parts, ReadOnlyMemory<byte> hash)
    {
        var memo = new byte[parts.Sum(part => part.Content.Length)];
        var length = 0;
        foreach (var (_, content) in parts.OrderBy(part => part.Part))
        {
            content.CopyTo(memo.AsMemory(length));
            length += content.Length;
        }

        return SHA256.HashData(memo).AsSpan().SequenceEqual(hash.Span) ? memo : (ReadOnlyMemory<byte>?)null;
    }
}
