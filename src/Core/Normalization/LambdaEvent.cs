using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Writes the event that Lambda's mapping hands to a function, from received bytes: images are copied, never decoded.</summary>
public static class LambdaEvent
{
    /// <summary>Writes an event that was received: its records as the other method does, and around them, byte by byte, every other member, such as <c>window</c> and <c>state</c>.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="page">The event.</param>
    /// <exception cref="RecordFormatException">A record is not valid JSON. Then nothing is written.</exception>
    public static void Write(IBufferWriter<byte> output, RecordPage page)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(page);
        ThrowIfInvalid(page.Records);
        output.Write(page.BeforeRecords);
        WriteAll(output, page.Records);
        output.Write(page.BehindRecords);
    }

    /// <summary>Writes <c>{"Records":[…]}</c>.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="records">The records, in stream order. Each is written as it was received, members that are not known included, with <c>eventSourceARN</c> added where it is missing and the names in <c>userIdentity</c> in lower camel case.</param>
    /// <exception cref="RecordFormatException">A record is not valid JSON. Then nothing is written.</exception>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<StreamRecord> records)
    {
        ArgumentNullException.ThrowIfNull(output);
        ThrowIfInvalid(records);
        output.Write("{\"Records\":["u8);
        WriteAll(output, records);
        output.Write("]}"u8);
    }

    /// <summary>Writes the event of a delivery: as the method above, and with the members of its tumbling window where it belongs to one.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="records">The records, in stream order.</param>
    /// <param name="context">The delivery. Its window and that one's state, its shard and its stream are written; the stream is the first record's where it is not known.</param>
    /// <exception cref="RecordFormatException">A record is not valid JSON. Then nothing is written.</exception>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        ThrowIfInvalid(records);
        WriteUnchecked(output, records, context);
    }

    /// <summary>
    /// Writes the event of a delivery as <see cref="Write(IBufferWriter{byte}, IReadOnlyList{StreamRecord}, BatchContext)"/> does, without reading the records first, which takes several times as long
    /// as writing them. A record that is not valid JSON makes an event that nobody can read; it cannot change what another record says.
    /// </summary>
    /// <param name="output">Where to write.</param>
    /// <param name="records">The records, in stream order. When nobody can read the event, <see cref="ThrowIfInvalid(IReadOnlyList{StreamRecord})"/> tells which one it is.</param>
    /// <param name="context">The delivery.</param>
    /// <exception cref="RecordFormatException">The member <c>userIdentity</c> of a record cannot be read.</exception>
    public static void WriteUnchecked(IBufferWriter<byte> output, IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(context);
        output.Write("{\"Records\":["u8);
        WriteAll(output, records);
        if (context.Window is not { } window)
        {
            output.Write("]}"u8);
            return;
        }

        output.Write("],\"window\":{\"start\":\""u8);
        WriteTime(output, window.Start);
        output.Write("\",\"end\":\""u8);
        WriteTime(output, window.End);
        output.Write("\"},\"state\":"u8);
        output.Write(window.State.Span);
        if (context.ShardId is { } shard)
            WriteMember(output, ",\"shardId\":\""u8, shard.Value);
        if ((context.StreamArn ?? (records.Count > 0 ? records[0].StreamArn : (StreamArn?)null)) is { } arn)
            WriteMember(output, ",\"eventSourceARN\":\""u8, arn.Value);
        output.Write(window.IsFinalInvokeForWindow ? ",\"isFinalInvokeForWindow\":true"u8 : ",\"isFinalInvokeForWindow\":false"u8);
        output.Write(window.IsWindowTerminatedEarly ? ",\"isWindowTerminatedEarly\":true}"u8 : ",\"isWindowTerminatedEarly\":false}"u8);
    }

    /// <summary>Reads every record to its end.</summary>
    /// <param name="records">The records.</param>
    /// <exception cref="RecordFormatException">A record is not valid JSON. The first one is told.</exception>
    public static void ThrowIfInvalid(IReadOnlyList<StreamRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        foreach (var record in records)
            ThrowIfInvalid(record, record.Utf8Json.Span);
    }

    private static void WriteTime(IBufferWriter<byte> output, DateTimeOffset time)
    {
        var span = output.GetSpan(20);
        time.UtcDateTime.TryFormat(span, out var length, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    private static void WriteMember(IBufferWriter<byte> output, ReadOnlySpan<byte> start, string text)
    {
        output.Write(start);
        output.Write(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    private static void WriteAll(IBufferWriter<byte> output, IReadOnlyList<StreamRecord> records)
    {
        // The records of a page are all of one stream.
        var (stream, encoded) = (default(StreamArn), JsonEncodedText.Encode(""));
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (!record.HasSourceArn && record.Stream != stream)
                (stream, encoded) = (record.Stream, JsonEncodedText.Encode(record.Stream.ToString()));
            if (i > 0)
                output.Write(","u8);
            Write(output, record, encoded);
        }
    }

    private static void Write(IBufferWriter<byte> output, StreamRecord record, JsonEncodedText stream)
    {
        var json = record.Utf8Json.Span;
        var isComplete = record.HasSourceArn || json[0] != (byte)'{';
        var end = isComplete ? json.Length : json.Length - 1;
        var written = record.HasUserIdentity ? WriteThroughIdentity(output, record, json, record.Envelope.UserIdentity) : 0;
        output.Write(json[written..end]);
        if (isComplete)
            return;
        if (!json[1..end].Trim(" \t\r\n"u8).IsEmpty)
            output.Write(","u8);
        output.Write("\"eventSourceARN\":\""u8);
        output.Write(stream.EncodedUtf8Bytes);
        output.Write("\"}"u8);
    }

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

    /// <summary>Writes the record up to the end of its identity, whose names begin in upper case on the Streams wire, and gives how much of it that is.</summary>
    private static int WriteThroughIdentity(IBufferWriter<byte> output, StreamRecord record, ReadOnlySpan<byte> json, Slice identity)
    {
        var written = 0;
        var reader = new TypedReader(record, identity);
        while (reader.ReadName())
        {
            var name = reader.IsName("Type"u8) ? "\"type\""u8 : reader.IsName("PrincipalId"u8) ? "\"principalId\""u8 : default;
            if (!name.IsEmpty)
            {
                var start = reader.Position - record.Whole.Start;
                output.Write(json[written..start]);
                output.Write(name);
                written = start + reader.NameSlice.Length + 2;
            }

            reader.SkipMember();
        }

        return written;
    }
}
