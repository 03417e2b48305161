using System.Text.Json;
using StreamWorker.Consumer.Delivery.Filters;
using StreamWorker.Diagnostics;

namespace StreamWorker.Worker.Commands;

/// <summary>A record that somebody gave to try something on.</summary>
/// <param name="Source">The file that it comes from; <c>-</c> for standard input.</param>
/// <param name="Index">Which record of the file it is, counted from 0.</param>
/// <param name="Record">The record.</param>
internal sealed record SampleRecord(string Source, int Index, StreamRecord Record)
{
    private static readonly JsonReaderOptions s_options = new() { AllowMultipleValues = true };

    /// <summary>Gets the record's sequence number; null when it has none that can be read.</summary>
    public string? SequenceNumber
    {
        get
        {
            try
            {
                return Record.SequenceNumber.ToString();
            }
            catch (RecordFormatException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads the records of a file: a Lambda event, a GetRecords answer, a record, or several of these after another.</summary>
    /// <exception cref="InputException">It holds something else.</exception>
    public static IReadOnlyList<SampleRecord> Read(string source, byte[] content, StreamArn stream)
    {
        var records = new List<StreamRecord>();
        try
        {
            // The whole event is tried first: it may hold records that are not valid, of which it is tried what is to become.
            if (TryParse(content, stream, records))
                return Numbered(source, records);
            foreach (var value in ValuesIn(content))
                records.AddRange(RecordsIn(content[value], stream));
        }
        catch (JsonException e)
        {
            throw new InputException($"{source}: records are expected as JSON: a Lambda event, a GetRecords answer, a record, or lines of them ({e.Message})", e);
        }

        return Numbered(source, records);
    }

    /// <summary>Says, pattern by pattern, why the record does not match; nothing when it matches one of them.</summary>
    public IReadOnlyList<string> ReasonsAgainst(IReadOnlyList<FilterPattern> patterns)
    {
        var reasons = patterns.Select(pattern => pattern.Explain(Record)).ToList();
        return reasons.Contains(null) ? [] : [.. reasons.Select(reason => reason!)];
    }

    private static bool TryParse(byte[] content, StreamArn stream, List<StreamRecord> records)
    {
        try
        {
            records.AddRange(RecordPage.Parse(content, stream).Records);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<Range> ValuesIn(byte[] content)
    {
        var values = new List<Range>();
        var reader = new Utf8JsonReader(content, s_options);
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            values.Add(start..(int)reader.BytesConsumed);
        }

        return values;
    }

    private static IReadOnlyList<StreamRecord> RecordsIn(byte[] value, StreamArn stream)
    {
        using var document = JsonDocument.Parse(value);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Records", out _))
            return RecordPage.Parse(value, stream).Records;
        if (root.ValueKind != JsonValueKind.Object || !(root.TryGetProperty("dynamodb", out _) || root.TryGetProperty("eventName", out _)))
            throw new JsonException("a record has the members eventName and dynamodb");
        return RecordPage.Parse((byte[])[.. "{\"Records\":["u8, .. value, .. "]}"u8], stream).Records;
    }

    private static List<SampleRecord> Numbered(string source, List<StreamRecord> records) => [.. records.Select((record, index) => new SampleRecord(source, index, record))];
}
