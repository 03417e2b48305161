using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The form of what was ordered for a consumer. It stands beside the workers, so that whoever looks at them sees it.</summary>
internal static class ControlRows
{
    public const string SortPrefix = "worker-control#";
    public const string Number = "number";

    private const string Consumer = "consumer";
    private const string Pause = "pause";
    private const string PauseNumber = "pauseNumber";
    private const string PausedBy = "pausedBy";
    private const string PausedAt = "pausedAt";
    private const string Release = "RELEASE";
    private const string Keep = "KEEP";

    public static Row KeyOf(string application, string consumer) => Attributes.Key(WorkerRows.PartitionOf(application), SortPrefix + Attributes.Escape(consumer));

    public static Row Of(string application, ConsumerControl control)
    {
        var row = KeyOf(application, control.Consumer);
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        row[Consumer] = Attributes.Text(control.Consumer);
        row[Number] = Attributes.Number(control.Number);
        if (control.Pause == PauseMode.None)
            return row;
        row[Pause] = Attributes.Text(control.Pause == PauseMode.KeepLeases ? Keep : Release);
        row[PauseNumber] = Attributes.Number(control.PauseNumber);
        if (control.PausedBy is { } by)
            row[PausedBy] = Attributes.Text(by);
        if (control.PausedAt is { } at)
            row[PausedAt] = Attributes.Time(at);
        return row;
    }

    public static ConsumerControl Read(Row row)
    {
        var reader = new RowReader(row);
        return new ConsumerControl(reader.Text(Consumer), reader.Number(Number), reader.OptionalText(Pause) switch
        {
            null => PauseMode.None,
            Release => PauseMode.ReleaseLeases,
            Keep => PauseMode.KeepLeases,
            var other => throw reader.Unreadable($"'{Pause}' is '{other}', and {Release} or {Keep} is expected"),
        })
        {
            PauseNumber = reader.OptionalNumber(PauseNumber) ?? 0,
            PausedBy = reader.OptionalText(PausedBy),
            PausedAt = reader.OptionalTime(PausedAt),
        };
    }
}
