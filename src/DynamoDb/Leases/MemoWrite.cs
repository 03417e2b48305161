using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>
/// What a write of a lease row does to its memo: nothing of the last one is left behind. A short memo is an attribute of the row; a long one is kept in rows of its own, which
/// no listing reads, and those are written in one transaction with the lease.
/// </summary>
internal sealed class MemoWrite
{
    /// <summary>The longest memo that is kept in the lease's row: every listing reads it.</summary>
    public const int LongestInRow = 4 * 1024;

    /// <summary>The most bytes of a part: a row has at most 400 KB.</summary>
    public const int PartLength = 350 * 1024;

    private static readonly string[] s_names = [LeaseRow.Memo, LeaseRow.MemoAt, LeaseRow.MemoParts, LeaseRow.MemoHash];

    private readonly ReadOnlyMemory<byte> _memo;
    private readonly int _parts;
    private readonly int _known;

    /// <summary>Makes the write of a memo, or, with an empty one, its removal.</summary>
    /// <param name="memo">The memo.</param>
    /// <param name="knownParts">How many rows of its own the last memo is known to have; the write is refused when it has more.</param>
    public MemoWrite(ReadOnlyMemory<byte> memo, int knownParts)
    {
        _memo = memo;
        _parts = memo.Length <= LongestInRow ? 0 : (memo.Length + PartLength - 1) / PartLength;
        _known = knownParts;
    }

    /// <summary>Gets the condition that nothing would be left behind.</summary>
    public string Condition => Math.Max(_parts, _known) == 0 ? "attribute_not_exists(#memoParts)" : "(attribute_not_exists(#memoParts) OR #memoParts <= :mostParts)";

    /// <summary>Gets what the update of the lease row sets, each after a comma. It counts on <c>:position</c>.</summary>
    public string Set => _memo.IsEmpty ? "" : _parts == 0 ? ", #memo = :memo, #memoAt = :position" : ", #memoParts = :memoParts, #memoHash = :memoHash, #memoAt = :position";

    /// <summary>Gets what the update of the lease row removes.</summary>
    public string Remove => _memo.IsEmpty ? "#memo, #memoAt, #memoParts, #memoHash" : _parts == 0 ? "#memoParts, #memoHash" : "#memo";

    /// <summary>Adds the names and values that the expressions use.</summary>
    public void AddTo(Dictionary<string, string> names, Row values)
    {
        foreach (var name in s_names)
            names["#" + name] = name;
        if (Math.Max(_parts, _known) is > 0 and var most)
            values[":mostParts"] = Attributes.Number(most);
        if (_parts > 0)
        {
            values[":memoParts"] = Attributes.Number(_parts);
            values[":memoHash"] = Attributes.Binary(SHA256.HashData(_memo.Span));
        }
        else if (!_memo.IsEmpty)
        {
            values[":memo"] = Attributes.Binary(_memo);
        }
    }

    /// <summary>Gives the writes of the memo's own rows; none for a short memo after a short one.</summary>
    public IEnumerable<TransactWriteItem> Parts(string tableName, LeaseScope scope, ShardId shard)
    {
        for (var part = 0; part < _parts; part++)
        {
            var row = LeaseRow.MemoKeyOf(scope, shard, part);
            row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
            row[LeaseRow.MemoContent] = Attributes.Binary(_memo.Slice(part * PartLength, Math.Min(PartLength, _memo.Length - (part * PartLength))));
            yield return new TransactWriteItem { Put = new Put { TableName = tableName, Item = row } };
        }

        for (var part = _parts; part < _known; part++)
            yield return new TransactWriteItem { Delete = new Delete { TableName = tableName, Key = LeaseRow.MemoKeyOf(scope, shard, part) } };
    }
}
