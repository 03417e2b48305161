using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamWorker.Normalization;

/// <summary>Makes an object of an attribute value by way of its plain JSON, without reflection.</summary>
internal static class TypedObject
{
    // The reader is the serializer: only what JSON requires is escaped.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static T? Read<T>(StreamRecord record, Slice content, AttributeType type, JsonTypeInfo<T> target)
    {
        var copied = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            return PlainCopier.TryCopy(record.Span(content), type, encodes: false, copied, out var length)
                ? Deserialize(record, content, copied.AsSpan(0, length), target)
                : Convert(record, content, type, target);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copied);
        }
    }

    private static T? Convert<T>(StreamRecord record, Slice content, AttributeType type, JsonTypeInfo<T> target)
    {
        using var json = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(json, s_options))
            PlainJson.Write(writer, record, content, type);
        return Deserialize(record, content, json.Written, target);
    }

    private static T? Deserialize<T>(StreamRecord record, Slice content, ReadOnlySpan<byte> json, JsonTypeInfo<T> target)
    {
        try
        {
            return JsonSerializer.Deserialize(json, target);
        }
        catch (JsonException e)
        {
            throw RecordFault.In(record, AttributePath.Of(record, content.Start) + Path(e), $"{typeof(T)} cannot be made of it: {Reason(e)}", e);
        }
    }

    /// <summary>Gives the serializer's path without the sign for the value as a whole; what follows is written like paths here.</summary>
    private static string Path(JsonException error) => error.Path is ['$', .. var inside] ? inside : "";

    /// <summary>Gives what the serializer says without what it adds about a buffer that only it has seen.</summary>
    private static string Reason(JsonException error)
    {
        var addition = error.Message.IndexOf(" Path: $", StringComparison.Ordinal);
        return (addition < 0 ? error.Message : error.Message[..addition]).TrimEnd('.');
    }
}
