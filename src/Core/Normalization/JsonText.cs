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

    /// <summary>Takes the quotes and escapes off a text.</summary>
    /// <param name="quoted">The text as received.</param>
    /// <param name="text">What it says; nothing when it is JSON but no valid text.</param>
    /// <returns>False when it is not JSON.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> quoted, out ReadOnlySpan<byte> text)
    {
        text = default;
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            var unescaped = new byte[quoted.Length];
            text = unescaped.AsSpan(0, reader.CopyString(unescaped));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Reads every token of a value.</summary>
    /// <exception cref="JsonException">The value is not valid JSON, or nested deeper.</exception>
    public static void ThrowIfInvalid(ReadOnlySpan<byte> value, int maximumDepth)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = maximumDepth });
        while (reader.Read())
        {
            // Reading is what finds the fault.
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
