using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamWorker.Normalization;

/// <summary>
/// Decodes the names and texts of attributes. They are data: half a surrogate pair, which JSON can write as an escape, stays what it is, where
/// <see cref="Utf8JsonReader"/> refuses it.
/// </summary>
internal static class AttributeText
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What JSON writes with an escape: text with one of these never stands in it as it is.
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>Tells whether text stands in JSON as it is, between quotes and without an escape.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8) => !utf8.ContainsAny(s_escaped);

    /// <summary>Gives the text that is between the quotes, without a reader; null when it is not written plainly or not valid.</summary>
    public static string? DecodePlain(ReadOnlySpan<byte> utf8) => IsPlain(utf8) && Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>Tells whether the name that the reader stands on is this one.</summary>
    public static bool IsName(ref Utf8JsonReader reader, string name) =>
        reader.ValueIsEscaped ? Decode(ref reader, out _) == name : reader.ValueTextEquals(name);

    /// <summary>Gives the text or name that the reader stands on.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="error">Why it is no text: its bytes are not UTF-8. Null when there is text.</param>
    /// <returns>The text; null when there is an error.</returns>
    public static string? Decode(ref Utf8JsonReader reader, out Exception? error)
    {
        error = null;
        try
        {
            return reader.ValueIsEscaped && reader.ValueSpan.IndexOf("\\u"u8) >= 0 ? Unescape(reader.ValueSpan) : reader.GetString();
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            error = e;
            return null;
        }
    }

    /// <summary>Undoes escapes that the reader has found well-formed.</summary>
    private static string Unescape(ReadOnlySpan<byte> utf8)
    {
        // UTF-16 never needs more units than UTF-8 needs bytes.
        var buffer = ArrayPool<char>.Shared.Rent(utf8.Length);
        try
        {
            var length = 0;
            for (var escape = utf8.IndexOf((byte)'\\'); escape >= 0; escape = utf8.IndexOf((byte)'\\'))
            {
                length += s_strictUtf8.GetChars(utf8[..escape], buffer.AsSpan(length));
                utf8 = utf8[(escape + 1)..];
                var isUnit = utf8[0] == (byte)'u';
                buffer[length++] = isUnit ? (char)ushort.Parse(utf8[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : Unescape(utf8[0]);
                utf8 = utf8[(isUnit ? 5 : 1)..];
            }

            length += s_strictUtf8.GetChars(utf8, buffer.AsSpan(length));
            return new string(buffer, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static char Unescape(byte escaped) => escaped switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)escaped,
    };
}
