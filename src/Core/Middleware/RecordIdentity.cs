using StreamWorker.Diagnostics;

namespace StreamWorker.Middleware;

/// <summary>What identifies a record in logs and spans. A record that does not say is no reason to fail there.</summary>
internal static class RecordIdentity
{
    public static string? EventIdOf(StreamRecord record)
    {
        try
        {
            return record.EventId;
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }

    public static SequenceNumber? SequenceNumberOf(StreamRecord record) => record.HasSequenceNumber ? record.SequenceNumber : null;

    public static string? TableOf(StreamRecord record)
    {
        try
        {
            return record.StreamArn.TableName;
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }
}
