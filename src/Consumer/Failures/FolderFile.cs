using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>The file of a batch in a folder: its name, the same each time that the batch is delivered, and what is in it.</summary>
internal static class FolderFile
{
    /// <summary>The member with the event, as JSON.</summary>
    public const string Event = "payload";

    /// <summary>The member with the bytes of an event that is no JSON, in base64.</summary>
    public const string Bytes = "payloadBase64";

    public const string Extension = ".json";

    /// <summary>Gives the file's path below the folder: <c>APPLICATION/CONSUMER/TABLE/LABEL_SHARD_FIRST-LAST.json</c>.</summary>
    public static string PathOf(DiscardedBatch batch, string application)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{batch.Stream.Label}_{batch.ShardId}_{NameOf(batch.Records[0], batch)}-{NameOf(batch.Records[^1], batch)}{Extension}");
        return Path.Combine(Safe(application), Safe(batch.Consumer), Safe(batch.Stream.TableName), Safe(name));
    }

    public static ReadOnlyMemory<byte> Write(DiscardedBatch batch, string application)
    {
        var payload = FailureBody.EventOf(batch.Records, out var isJson);
        var output = new ArrayBufferWriter<byte>(payload.Length + 2048);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            FailureBody.WriteMembers(json, batch, application);
            json.WriteString("error", batch.Error);
            if (isJson)
            {
                json.WritePropertyName(Event);
                json.WriteRawValue(payload.Span, skipInputValidation: true);
            }
            else
            {
                json.WriteBase64String(Bytes, payload.Span);
            }

            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Gives a record's position. A record without one is told apart by the call that gave it up.</summary>
    private static string NameOf(StreamRecord record, DiscardedBatch batch) => FailureBody.NumberOf(record)?.ToPaddedString() ?? batch.RequestId.ToString("N");

    /// <summary>Leaves only characters that every file system takes, and no name that means another folder.</summary>
    private static string Safe(string part)
    {
        var safe = string.Concat(part.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '.'));
        return safe.All(character => character == '.') ? $"_{safe}" : safe;
    }
}
