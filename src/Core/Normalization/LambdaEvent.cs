using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Writes the event that Lambda's mapping hands to a function, from received bytes: images are copied, never decoded.</summary>
public static class LambdaEvent
{
    /// <summary>Writes <c>{"Records":[…]}</c>.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="records">The records, in stream order. Each is written as it was received, with <c>eventSourceARN</c> added where it is missing and <c>userIdentity</c> in lower camel case.</param>
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
        var end = record.NamesItsStream ? json.Length : json.LastIndexOf((byte)'}');
        if (record.UserIdentitySlice is { IsAbsent: false } identity)
        {
            output.Write(json[..identity.Start]);
            WriteIdentity(output, record.UserIdentity!);
            output.Write(json[(identity.Start + identity.Length)..end]);
        }
        else
        {
            output.Write(json[..end]);
        }

        if (record.NamesItsStream)
            return;
        output.Write(",\"eventSourceARN\":\""u8);
        output.Write(Encoding.UTF8.GetBytes(JsonEncodedText.Encode(record.StreamArn.Value).ToString()));
        output.Write("\"}"u8);
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
