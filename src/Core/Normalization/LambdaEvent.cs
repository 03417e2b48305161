using System.Buffers;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Writes the event that Lambda's mapping hands to a function, from received bytes: images are copied, never decoded.</summary>
public static class LambdaEvent
{
    /// <summary>Writes <c>{"Records":[…]}</c>.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="records">The records, in stream order. Each is written as it was received, with <c>eventSourceARN</c> added where it is missing and <c>userIdentity</c> in lower camel case.</param>
    /// <exception cref="RecordFormatException">A record is not valid JSON. What was written before it stays written.</exception>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<StreamRecord> records)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(records);
        output.Write("{\"Records\":["u8);
        for (var i = 0; i < records.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            Write(output, records[i]);
        }

        output.Write("]}"u8);
    }

    private static void Write(IBufferWriter<byte> output, StreamRecord record)
    {
        var json = record.Utf8Json.Span;
        ThrowIfInvalid(record, json);
        var envelope = record.Envelope;
        var isComplete = !envelope.SourceArn.IsAbsent || json[0] != (byte)'{';
        var end = isComplete ? json.Length : json.Length - 1;
        if (envelope.UserIdentity is { IsAbsent: false } slice && ReadIdentity(record) is { } identity)
        {
            var start = slice.Start - envelope.Whole.Start;
            output.Write(json[..start]);
            WriteIdentity(output, identity);
            output.Write(json[(start + slice.Length)..end]);
        }
        else
        {
            output.Write(json[..end]);
        }

        if (isComplete)
            return;
        if (!json[1..end].Trim(" \t\r\n"u8).IsEmpty)
            output.Write(","u8);
        output.Write("\"eventSourceARN\":\""u8);
        output.Write(JsonEncodedText.Encode(record.StreamArn.ToString()).EncodedUtf8Bytes);
        output.Write("\"}"u8);
    }

    /// <summary>Reads all of a record that others will read: one that is not JSON would make the whole event none.</summary>
    private static void ThrowIfInvalid(StreamRecord record, ReadOnlySpan<byte> json)
    {
        try
        {
            JsonText.ThrowIfInvalid(json, int.MaxValue);
        }
        catch (JsonException e)
        {
            throw RecordFault.At(record, record.Envelope.Whole.Start, "the JSON is not valid", e);
        }
    }

    /// <summary>Gives the identity; null when it is none. It is then passed on as it is: its fault is that of its own record.</summary>
    private static UserIdentity? ReadIdentity(StreamRecord record)
    {
        try
        {
            return record.UserIdentity;
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }

    private static void WriteIdentity(IBufferWriter<byte> output, UserIdentity identity)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        if (identity.PrincipalId is not null)
            writer.WriteString("principalId"u8, identity.PrincipalId);
        if (identity.Type is not null)
            writer.WriteString("type"u8, identity.Type);
        writer.WriteEndObject();
    }
}
