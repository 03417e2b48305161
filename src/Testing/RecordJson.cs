using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamWorker.Testing;

/// <summary>Writes records in the form in which GetRecords answers them.</summary>
internal static class RecordJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public static byte[] Write(WrittenRecord record, string viewType, string? newImage, string? oldImage, bool isExpiry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("eventID"u8, record.EventId);
            writer.WriteString("eventName"u8, record.EventName switch { EventName.Insert => "INSERT", EventName.Modify => "MODIFY", _ => "REMOVE" });
            writer.WriteString("eventVersion"u8, "1.1"u8);
            writer.WriteString("eventSource"u8, "aws:dynamodb"u8);
            writer.WriteString("awsRegion"u8, record.Stream.Region);
            WriteChange(writer, record, viewType, newImage, oldImage);
            if (isExpiry)
            {
                writer.WriteStartObject("userIdentity"u8);
                writer.WriteString("PrincipalId"u8, "dynamodb.amazonaws.com"u8);
                writer.WriteString("Type"u8, "Service"u8);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string? TextOf(JsonObject? item) => item is null ? null : TypedJson.Write(item);

    private static void WriteChange(Utf8JsonWriter writer, WrittenRecord record, string viewType, string? newImage, string? oldImage)
    {
        writer.WriteStartObject("dynamodb"u8);
        writer.WriteNumber("ApproximateCreationDateTime"u8, record.CreatedAt.ToUnixTimeSeconds());
        WriteMember(writer, "Keys", record.Keys);
        WriteMember(writer, "NewImage", newImage);
        WriteMember(writer, "OldImage", oldImage);
        writer.WriteString("SequenceNumber"u8, record.SequenceNumber.ToString());
        writer.WriteNumber("SizeBytes"u8, record.Keys.Length + (newImage?.Length ?? 0) + (oldImage?.Length ?? 0));
        writer.WriteString("StreamViewType"u8, viewType);
        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, string? json)
    {
        if (json is null)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json);
    }
}
