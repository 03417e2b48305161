using System.Buffers;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Batches;

/// <summary>Lambda's partial batch response <c>{"batchItemFailures":[{"itemIdentifier":"…"}]}</c>, written and read.</summary>
public static class BatchResponse
{
    /// <summary>Writes the answer to a batch.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="failures">The records that failed. One without identifier is written as an explicit null, which makes the service deliver the whole batch again.</param>
    public static void Write(IBufferWriter<byte> output, IReadOnlyCollection<BatchItemFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        WriteFailures(writer, failures);
        writer.WriteEndObject();
    }

    /// <summary>Writes the answer to a batch of a tumbling window.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="failures">The records that failed, as above.</param>
    /// <param name="state">The state for the window's next call: a JSON object in UTF-8.</param>
    public static void Write(IBufferWriter<byte> output, IReadOnlyCollection<BatchItemFailure> failures, ReadOnlySpan<byte> state)
    {
        ArgumentNullException.ThrowIfNull(failures);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WritePropertyName("state"u8);
        writer.WriteRawValue(state);
        WriteFailures(writer, failures);
        writer.WriteEndObject();
    }

    /// <summary>Reads somebody's answer to a batch as Lambda's mapping reads it with <c>ReportBatchItemFailures</c> on.</summary>
    /// <param name="utf8">The answer's body.</param>
    /// <param name="nearMiss">The name of a member that looks like <c>batchItemFailures</c> and is not (the service would take the answer for success), else null.</param>
    /// <returns>
    /// Success for an empty body, <c>null</c>, <c>""</c>, <c>[]</c>, <c>{}</c>, and an empty or null list. Failure of the whole batch for what is not JSON,
    /// for a list without its object or in another form, and for an entry without an identifier that is text. Else the failures that are named. With them, and with success, goes
    /// the member <c>state</c> where it is an object: any other is none.
    /// </returns>
    public static BatchResult Read(ReadOnlySpan<byte> utf8, out string? nearMiss)
    {
        nearMiss = null;
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
            return BatchResult.Succeeded;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            reader.Read();
            var result = ReadAnswer(ref reader, utf8, ref nearMiss);
            while (reader.Read())
            {
                // Whatever follows must be JSON as well: half an answer is no answer.
            }

            return result;
        }
        catch (JsonException e)
        {
            return Invalid($"it is not JSON ({e.Message})");
        }
    }

    private static void WriteFailures(Utf8JsonWriter writer, IReadOnlyCollection<BatchItemFailure> failures)
    {
        writer.WriteStartArray("batchItemFailures"u8);
        foreach (var failure in failures)
        {
            writer.WriteStartObject();
            writer.WriteString("itemIdentifier"u8, failure.ItemIdentifier);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static BatchResult ReadAnswer(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref string? nearMiss)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, utf8, ref nearMiss);
            case JsonTokenType.StartArray:
                return ReadBareList(ref reader);
            case JsonTokenType.Null:
            case JsonTokenType.String when reader.ValueSpan.IsEmpty:
                return BatchResult.Succeeded;
            default:
                return Invalid($"a JSON object is expected and {reader.TokenType} was found");
        }
    }

    /// <summary>An empty list is success. One with members was meant to say something, and taking it for success would lose what failed.</summary>
    private static BatchResult ReadBareList(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray
            ? BatchResult.Succeeded
            : Invalid("a list is no answer: the failures belong into the member batchItemFailures of an object");
    }

    private static BatchResult ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref string? nearMiss)
    {
        var result = BatchResult.Succeeded;
        ReadOnlyMemory<byte>? state = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.IsName(ref reader, "batchItemFailures"u8))
            {
                reader.Read();
                result = ReadFailures(ref reader);
            }
            else if (JsonText.IsName(ref reader, "state"u8))
            {
                state = ReadState(ref reader, utf8);
            }
            else
            {
                var name = JsonText.Decode(ref reader, out _);
                if (name is not null && name.Replace("_", "", StringComparison.Ordinal).Equals("batchItemFailures", StringComparison.OrdinalIgnoreCase))
                    nearMiss = name;
                reader.Skip();
            }
        }

        return result.WithState(state);
    }

    private static ReadOnlyMemory<byte>? ReadState(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return isObject ? utf8[start..(int)reader.BytesConsumed].ToArray() : (ReadOnlyMemory<byte>?)null;
    }

    private static BatchResult ReadFailures(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return BatchResult.Succeeded;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var found = reader.TokenType;
            reader.Skip();
            return Invalid($"batchItemFailures must be a list and is {found}");
        }

        var failures = new List<BatchItemFailure>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            failures.Add(new BatchItemFailure(ReadIdentifier(ref reader)));
        return BatchResult.PartlyFailed(failures);
    }

    private static string? ReadIdentifier(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? identifier = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = JsonText.IsName(ref reader, "itemIdentifier"u8);
            reader.Read();
            if (wanted)
                identifier = JsonText.Decode(ref reader, out _);
            reader.Skip();
        }

        return identifier;
    }

    private static BatchResult Invalid(string reason) =>
        BatchResult.Failed(new RecordHandlerException($"The handler's answer is not a batch response: {reason}."));
}
