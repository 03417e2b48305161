using StreamWorker.Consumer.Delivery.Filters;
using StreamWorker.Diagnostics;

namespace StreamWorker.Worker.Commands;

/// <summary>Writes what trying patterns on records has shown.</summary>
internal abstract class FilterReport
{
    public abstract Task WriteAsync(IReadOnlyList<FilterPattern> patterns, IReadOnlyList<SampleRecord> samples);

    /// <summary>Says, pattern by pattern, why a record does not match; nothing when it matches one of them.</summary>
    protected static IReadOnlyList<string> ReasonsAgainst(IReadOnlyList<FilterPattern> patterns, StreamRecord record)
    {
        var reasons = patterns.Select(pattern => pattern.Explain(record)).ToList();
        return reasons.Contains(null) ? [] : [.. reasons.Select(reason => reason!)];
    }

    /// <summary>Gives a record's sequence number if it has one.</summary>
    protected static string? NumberOf(StreamRecord record)
    {
        try
        {
            return record.SequenceNumber.ToString();
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }
}
