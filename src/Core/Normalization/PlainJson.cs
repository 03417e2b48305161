using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamWorker.Normalization;

/// <summary>Writes typed attribute values as the JSON that a person would have written, in one pass over them. Depth is bounded by that of the reader.</summary>
internal static class PlainJson
{
    // What a writer has that was not told any.
    private const int DefaultDepth = 1000;

    /// <summary>Writes content: copied where it is written plainly and the writer wants nothing special, else value by value.</summary>
    public static void Write(Utf8JsonWriter writer, StreamRecord record, Slice content, AttributeType type)
    {
        if (TryCopy(writer, record.Span(content), type))
            return;
        var reader = new TypedReader(record, content);
        Write(writer, ref reader, type);
    }

    private static bool TryCopy(Utf8JsonWriter writer, ReadOnlySpan<byte> content, AttributeType type)
    {
        var options = writer.Options;
        var encodes = options.Encoder is null || ReferenceEquals(options.Encoder, JavaScriptEncoder.Default);
        if (options.Indented || options.MaxDepth != DefaultDepth || (!encodes && !ReferenceEquals(options.Encoder, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)))
            return false;

        // Encoded text is longer; of that there is seldom much.
        var output = ArrayPool<byte>.Shared.Rent(encodes ? (content.Length * 2) + 64 : content.Length);
        try
        {
            if (!PlainCopier.TryCopy(content, type, encodes, output, out var length))
                return false;
            writer.WriteRawValue(output.AsSpan(0, length), skipInputValidation: true);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    /// <summary>Writes the content that the reader stands on.</summary>
    private static void Write(Utf8JsonWriter writer, ref TypedReader reader, AttributeType type)
    {
        switch (type)
        {
            case AttributeType.String:
                WriteText(writer, ref reader);
                break;
            case AttributeType.Number:
                WriteNumber(writer, ref reader);
                break;
            case AttributeType.Binary:
                WriteBytes(writer, ref reader);
                break;
            case AttributeType.Boolean:
                writer.WriteBooleanValue(reader.Boolean());
                break;
            case AttributeType.Null:
                reader.Skip();
                writer.WriteNullValue();
                break;
            case AttributeType.Map:
                WriteMap(writer, ref reader);
                break;
            default:
                WriteArray(writer, ref reader, type);
                break;
        }
    }

    /// <summary>Gives content as one line of text.</summary>
    public static string Write(StreamRecord record, Slice content, AttributeType type)
    {
        using var json = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(json))
        {
            Write(writer, record, content, type);
        }

        return Encoding.UTF8.GetString(json.Written);
    }

    private static void WriteMap(Utf8JsonWriter writer, ref TypedReader reader)
    {
        reader.ExpectAttributes();
        writer.WriteStartObject();
        var names = new NameSet(stackalloc Slice[NameSet.Few]);
        while (reader.ReadName())
        {
            if (!names.Add(in reader))
            {
                reader.SkipMember();
                continue;
            }

            if (reader.TryGetUnescaped(out var name) && Utf8.IsValid(name))
                writer.WritePropertyName(name);
            else
                writer.WritePropertyName(reader.Name());
            reader.Read();
            WriteTyped(writer, ref reader);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, ref TypedReader reader, AttributeType type)
    {
        reader.ExpectArray();
        writer.WriteStartArray();
        while (reader.ReadElement())
        {
            switch (type)
            {
                case AttributeType.List:
                    WriteTyped(writer, ref reader);
                    break;
                case AttributeType.StringSet:
                    WriteText(writer, ref reader);
                    break;
                case AttributeType.NumberSet:
                    WriteNumber(writer, ref reader);
                    break;
                default:
                    WriteBytes(writer, ref reader);
                    break;
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteTyped(Utf8JsonWriter writer, ref TypedReader reader)
    {
        var type = reader.EnterValue();
        Write(writer, ref reader, type);
        reader.LeaveValue(type);
    }

    private static void WriteText(Utf8JsonWriter writer, ref TypedReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetUnescaped(out var text) && Utf8.IsValid(text))
            writer.WriteStringValue(text);
        else
            writer.WriteStringValue(reader.Text());
    }

    /// <summary>Writes the digits as they are. What is not written as a number must not get into the JSON.</summary>
    private static void WriteNumber(Utf8JsonWriter writer, ref TypedReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetUnescaped(out var digits))
            digits = Encoding.UTF8.GetBytes(reader.Text());
        if (ExactNumber.Parse(digits, out _) == NumberFault.NotANumber)
            throw reader.Misfit("a number");
        writer.WriteRawValue(digits, skipInputValidation: true);
    }

    private static void WriteBytes(Utf8JsonWriter writer, ref TypedReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetUnescaped(out var text) && Base64.IsValid(text))
            writer.WriteRawValue(reader.Raw, skipInputValidation: true);
        else
            writer.WriteBase64StringValue(reader.Bytes());
    }
}
