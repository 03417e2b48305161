using System.Globalization;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The form of a lease in the table, and the conditions under which it is written.</summary>
internal static class LeaseRow
{
    public const string SortPrefix = "lease#";

    /// <summary>What the keys of leases and of the order for them have in common: one query reads both.</summary>
    public const string ListPrefix = "lease";
    public const string Parent = "parent";
    public const string Start = "start";
    public const string Checkpoint = "checkpoint";
    public const string State = "state";
    public const string Owner = "owner";
    public const string Epoch = "epoch";
    public const string Wanted = "wanted";
    public const string WantedIncarnation = "wantedIncarnation";
    public const string WantedEpoch = "wantedEpoch";
    public const string StartAt = "startAt";
    public const string Generation = "generation";
    public const string Previous = "previous";
    public const string Paused = "paused";
    public const string PausedEpoch = "pausedEpoch";
    public const string Memo = "memo";
    public const string MemoAt = "memoAt";
    public const string MemoParts = "memoParts";
    public const string MemoHash = "memoHash";
    public const string MemoContent = "content";
    public const string Active = "ACTIVE";
    public const string Done = "DONE";

    /// <summary>True of a lease exactly as its holder claimed it: the fence of every write of the holder.</summary>
    public const string IsHeld = "#owner = :owner AND #incarnation = :incarnation AND #epoch = :epoch";

    /// <summary>True when the checkpoint would not go back. It is text of a fixed width, so its order is the numbers' order.</summary>
    public const string IsAdvance = "(attribute_not_exists(#checkpoint) OR #checkpoint <= :position)";

    /// <summary>Removes a request: it is for one epoch only.</summary>
    public const string RemoveRequest = "#wanted, #wantedIncarnation, #wantedEpoch";

    public static string PartitionOf(LeaseScope scope) => $"{Attributes.Escape(scope.Application)}/{Attributes.Escape(scope.Consumer)}/{scope.Stream}";

    public static Row KeyOf(LeaseScope scope, ShardId shard) => Attributes.Key(PartitionOf(scope), SortPrefix + shard.Value);

    /// <summary>Gives what the sort keys of the rows begin with that hold a shard's memo.</summary>
    public static string MemoPrefixOf(ShardId shard) => $"memo#{shard.Value}#";

    public static Row MemoKeyOf(LeaseScope scope, ShardId shard, int part) => Attributes.Key(PartitionOf(scope), MemoPrefixOf(shard) + part.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gives the writes that delete the rows of a memo.</summary>
    public static IEnumerable<TransactWriteItem> DeleteMemo(string tableName, LeaseScope scope, ShardId shard, int parts) =>
        new MemoWrite(default, parts).Parts(tableName, scope, shard);

    /// <summary>Reads how many rows of their own a memo has, the memo of an earlier position included.</summary>
    public static int MemoPartsOf(Row row) => (int)(new RowReader(row).OptionalNumber(MemoParts) ?? 0);

    /// <summary>Gives the row of a new lease.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="owner">Who holds it from the beginning, with the first epoch; null for nobody.</param>
    public static Row New(LeaseScope scope, NewLease lease, WorkerIdentity? owner)
    {
        var row = KeyOf(scope, lease.Shard);
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        WriteStart(row, lease.Start);
        row[State] = Attributes.Text(lease.State == LeaseState.Done ? Done : Active);
        row[Epoch] = Attributes.Number(owner is null ? 0 : 1);
        if (lease.Generation > 0)
            row[Generation] = Attributes.Number(lease.Generation);
        if (lease.Parent is { } parent)
            row[Parent] = Attributes.Text(parent.Value);
        if (owner is not null)
        {
            row[Owner] = Attributes.Text(owner.WorkerId);
            row[Attributes.Incarnation] = Attributes.Text(owner.Incarnation);
        }

        return row;
    }

    /// <summary>Writes where reading starts. A program that does not know starts at a record finds the oldest one, and reads more than is wanted rather than less.</summary>
    public static void WriteStart(Row row, LeaseStart start)
    {
        row[Start] = Attributes.Text(start.AtSequenceNumber is null ? start.ToString() : LeaseStart.TrimHorizon.ToString());
        if (start.AtSequenceNumber is { } number)
            row[StartAt] = Attributes.Text(number.ToPaddedString());
    }

    /// <summary>Gives the values of <see cref="IsHeld"/>.</summary>
    public static Row HeldValues(Lease held)
    {
        var owner = held.Owner ?? throw new ArgumentException("The lease has no owner: it is not held.", nameof(held));
        return new Row(StringComparer.Ordinal)
        {
            [":owner"] = Attributes.Text(owner.WorkerId),
            [":incarnation"] = Attributes.Text(owner.Incarnation),
            [":epoch"] = Attributes.Number(held.Epoch),
        };
    }

    /// <summary>Gives the condition that a request stands under the epoch that is <c>:epoch</c>, or that none does; its values are added.</summary>
    public static string HasRequest(WorkerIdentity? requester, Row values)
    {
        if (requester is null)
            return "(attribute_not_exists(#wantedEpoch) OR #wantedEpoch <> :epoch)";
        values[":wanted"] = Attributes.Text(requester.WorkerId);
        values[":wantedIncarnation"] = Attributes.Text(requester.Incarnation);
        return "#wanted = :wanted AND #wantedIncarnation = :wantedIncarnation AND #wantedEpoch = :epoch";
    }

    public static Lease Read(Row row)
    {
        var reader = new RowReader(row);
        var owner = reader.OptionalText(Owner);
        var epoch = reader.Number(Epoch);
        var hasMemo = HasMemo(reader);
        return new Lease(
            new ShardId(reader.Text(Attributes.SortKey)[SortPrefix.Length..]),
            reader.OptionalText(Parent) is { } parent ? new ShardId(parent) : null,
            ReadStart(reader),
            reader.OptionalPosition(Checkpoint),
            reader.Text(State) switch
            {
                Active => LeaseState.Active,
                Done => LeaseState.Done,
                var other => throw reader.Unreadable($"'{State}' is '{other}', and {Active} or {Done} is expected"),
            },
            owner is null ? null : new WorkerIdentity(owner, reader.Text(Attributes.Incarnation)),
            epoch)
        {
            Memo = hasMemo && row.ContainsKey(Memo) ? reader.Binary(Memo) : default,
            IsMemoApart = hasMemo && row.ContainsKey(MemoParts),
            Requester = ReadRequester(reader, epoch),
            Generation = reader.OptionalNumber(Generation) ?? 0,
            Previous = reader.OptionalPosition(Previous),
            Paused = owner is not null && reader.OptionalNumber(PausedEpoch) == epoch ? reader.Number(Paused) : null,
        };
    }

    /// <summary>Tells whether the row has a memo of its checkpoint. A program that does not know memos moves the checkpoint without it: then it is of an earlier one, and counts for nothing.</summary>
    private static bool HasMemo(RowReader reader) =>
        reader.OptionalText(MemoAt) is { } at && at == reader.OptionalText(Checkpoint) && reader.OptionalText(State) == Active;

    /// <summary>Reads who has asked for the lease. What was asked under an earlier epoch is over, whoever left it in the row.</summary>
    private static WorkerIdentity? ReadRequester(RowReader reader, long epoch) =>
        reader.OptionalNumber(WantedEpoch) == epoch ? new WorkerIdentity(reader.Text(Wanted), reader.Text(WantedIncarnation)) : null;

    public static LeaseStart ReadStart(RowReader reader)
    {
        if (reader.OptionalPosition(StartAt) is { } number)
            return LeaseStart.At(number);
        var text = reader.Text(Start);
        try
        {
            return LeaseStart.Parse(text);
        }
        catch (FormatException exception)
        {
            throw reader.Unreadable($"'{Start}': {exception.Message}");
        }
    }
}
