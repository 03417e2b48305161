using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Reads names and texts that need not be valid: the reader only finds wrong bytes and escapes when it decodes them, and then raises no <see cref="JsonException"/>.</summary>
internal static class JsonText
{
    /// <summary>Tells whether the name that the reader stands on is this one; a name that is not valid is none.</summary>
    public static bool IsName(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan.SequenceEqual(name);
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Tells whether the name that the reader stands on is this one; a name that is not valid is none.</summary>
    public static bool IsName(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Gives the text or name that the reader stands on, if it is one and valid.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="error">Why a text is not valid; null for another kind of value.</param>
    public static string? Decode(ref Utf8JsonReader reader, out Exception? error)
    {
        error = null;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            return null;
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            error = e;
            return null;
        }
    }

    /// <summary>Gives the text that the bytes hold; null when they hold anything else. For messages: it raises no error.</summary>
    public static string? DecodeIfValid(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            return reader.Read() ? Decode(ref reader, out _) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
