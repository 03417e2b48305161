using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamWorker.Worker.Handlers;

/// <summary>Writes a record as one line of JSON with plain values. An image that the record does not have is left out.</summary>
internal static class RecordLine
{
    /// <summary>Gets how lines are written: the reader is a program or a terminal, not a browser, so that only what JSON requires is escaped.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(Utf8JsonWriter writer, StreamRecord record, BatchContext context)
    {
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("consumer"u8, context.Consumer);
        if (context.ShardId is { } shard)
            writer.WriteString("shardId"u8, shard.Value);
        writer.WriteString("sequenceNumber"u8, record.SequenceNumber.ToString());
        writer.WriteString("eventId"u8, record.EventId);
        writer.WriteString("eventName"u8, NameOf(record.EventName));
        if (record.ApproximateCreationTime is { } time)
            writer.WriteString("time"u8, time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        WriteItem(writer, "keys"u8, record.Keys);
        WriteItem(writer, "new"u8, record.NewImage);
        WriteItem(writer, "old"u8, record.OldImage);
        writer.WriteEndObject();
        writer.Flush();
    }

    public static string NameOf(EventName name) => name switch
    {
        EventName.Insert => "INSERT",
        EventName.Modify => "MODIFY",
        _ => "REMOVE",
    };

    private static void WriteItem(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Item? item)
    {
        if (item is null)
            return;
        writer.WritePropertyName(name);
        item.WriteTo(writer);
    }
}
