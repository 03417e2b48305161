namespace StreamWorker.Simulation;

/// <summary>Holds the part of I1 that is about loss: what the stream dropped before it could be read is reported with its bounds, and nothing else is.</summary>
internal sealed class GapCheck(Ledger ledger, Violations violations, Tally tally)
{
    // The events by which the production code reports loss.
    private const int Trimmed = 2003;
    private const int Gap = 2004;
    private const int Vanished = 4007;

    public void OnCritical(EventId id, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        if (id.Id is Trimmed or Gap or Vanished && Value(values, "Shard") is ShardId shard)
            Excuse(ledger.Of(shard), Value(values, "Position") as string, Value(values, "FirstLeft") as SequenceNumber?);
    }

    private void Excuse(ShardFacts shard, string? position, SequenceNumber? firstLeft)
    {
        var isFromStart = !SequenceNumber.TryParse(position, out var behind);
        foreach (var record in shard.Records.Where(record => isFromStart || record.SequenceNumber > behind))
        {
            if (firstLeft is { } first && record.SequenceNumber >= first)
                break;
            if (record is { IsTrimmed: true, IsFinished: false })
            {
                ledger.Excuse(record);
                tally.Add("records lost and reported");
            }
            else if (firstLeft is not null && !record.IsFinished)
                violations.Report("I1", $"{record} is said to be lost, and is still there.");
        }
    }

    private static object? Value(IReadOnlyList<KeyValuePair<string, object?>> values, string name) => values.FirstOrDefault(value => value.Key == name).Value;
}
