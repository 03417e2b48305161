using System.Globalization;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The form of the entries that remember operations.</summary>
internal static class OperationRows
{
    public const string SortPrefix = "operation#";
    public const string From = "from";
    public const string DoneAt = "doneAt";

    private const string Number = "number";
    private const string Kind = "kind";
    private const string By = "by";
    private const string At = "at";
    private const string To = "to";
    private const string Stream = "stream";
    private const string Generation = "generation";

    private static readonly Dictionary<string, OperationKind> s_kinds = new(StringComparer.Ordinal)
    {
        ["PAUSE"] = OperationKind.Pause,
        ["RESUME"] = OperationKind.Resume,
        ["RESET"] = OperationKind.Reset,
    };

    // No stream has this name: an ARN begins otherwise.
    public static string PartitionOf(string application, string consumer) => $"{Attributes.Escape(application)}/{Attributes.Escape(consumer)}/operations";

    public static Row KeyOf(string application, string consumer, long number) =>
        Attributes.Key(PartitionOf(application, consumer), SortPrefix + number.ToString("D12", CultureInfo.InvariantCulture));

    public static Row Of(string application, string consumer, OperationEntry entry)
    {
        var row = KeyOf(application, consumer, entry.Number);
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        row[Number] = Attributes.Number(entry.Number);
        row[Kind] = Attributes.Text(s_kinds.First(kind => kind.Value == entry.Kind).Key);
        row[By] = Attributes.Text(entry.By);
        row[At] = Attributes.Time(entry.At);
        row[To] = Attributes.Text(entry.To);
        if (entry.Stream is { } stream)
            row[Stream] = Attributes.Text(stream);
        if (entry.Generation > 0)
            row[Generation] = Attributes.Number(entry.Generation);
        return row;
    }

    public static OperationEntry Read(Row row)
    {
        var reader = new RowReader(row);
        var kind = reader.Text(Kind);
        return new OperationEntry(
            reader.Number(Number),
            s_kinds.TryGetValue(kind, out var known) ? known : throw reader.Unreadable($"'{Kind}' is '{kind}', and {string.Join(" or ", s_kinds.Keys)} is expected"),
            reader.Text(By),
            reader.Time(At),
            reader.Text(To))
        {
            Stream = reader.OptionalText(Stream),
            Generation = reader.OptionalNumber(Generation) ?? 0,
            From = reader.OptionalText(From),
            DoneAt = reader.OptionalTime(DoneAt),
        };
    }
}
