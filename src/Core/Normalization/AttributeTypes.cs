using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>The names of attribute types and of JSON values: on the wire, and in messages.</summary>
internal static class AttributeTypes
{
    // The longest name has four characters; an escaped one is six times as long.
    private const int LongestName = 4 * 6;

    /// <summary>Gives the type whose name the reader stands on; null for any other name.</summary>
    public static AttributeType? Parse(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return Parse(reader.ValueSpan);
        if (reader.ValueSpan.Length > LongestName)
            return null;
        Span<byte> name = stackalloc byte[LongestName];
        try
        {
            return Parse(name[..reader.CopyString(name)]);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    public static string Describe(AttributeType type) => type switch
    {
        AttributeType.String => "text (S)",
        AttributeType.Number => "a number (N)",
        AttributeType.Binary => "bytes (B)",
        AttributeType.Boolean => "a boolean (BOOL)",
        AttributeType.Null => "null (NULL)",
        AttributeType.Map => "a map (M)",
        AttributeType.List => "a list (L)",
        AttributeType.StringSet => "a set of texts (SS)",
        AttributeType.NumberSet => "a set of numbers (NS)",
        _ => "a set of bytes (BS)",
    };

    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "a JSON object",
        JsonTokenType.StartArray => "a JSON array",
        JsonTokenType.String => "a JSON string",
        JsonTokenType.Number => "a JSON number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    /// <summary>Gives the type of this name; null for any other name.</summary>
    public static AttributeType? Parse(ReadOnlySpan<byte> name) => name switch
    {
        [(byte)'S'] => AttributeType.String,
        [(byte)'N'] => AttributeType.Number,
        [(byte)'B'] => AttributeType.Binary,
        [(byte)'M'] => AttributeType.Map,
        [(byte)'L'] => AttributeType.List,
        [(byte)'S', (byte)'S'] => AttributeType.StringSet,
        [(byte)'N', (byte)'S'] => AttributeType.NumberSet,
        [(byte)'B', (byte)'S'] => AttributeType.BinarySet,
        [(byte)'B', (byte)'O', (byte)'O', (byte)'L'] => AttributeType.Boolean,
        [(byte)'N', (byte)'U', (byte)'L', (byte)'L'] => AttributeType.Null,
        _ => null,
    };
}
