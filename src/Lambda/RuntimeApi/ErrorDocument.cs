using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamWorker.Lambda.RuntimeApi;

/// <summary>An error in the form in which Lambda takes it. It always stays below the 256 KB that are allowed, whatever the exception carries.</summary>
internal static class ErrorDocument
{
    // Escaped, a character takes up to six bytes: 6 × (8,000 + 60 × 500 + 500) is 231,000.
    private const int MaximumMessage = 8_000;
    private const int MaximumLines = 60;
    private const int MaximumLine = 500;

    // Nobody puts it into a web page, and a person may read it as it is.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(Exception error)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, s_json);
        writer.WriteStartObject();
        writer.WriteString("errorMessage"u8, Cut(error.Message, MaximumMessage));
        writer.WriteString("errorType"u8, Cut(error.GetType().Name, MaximumLine));
        writer.WriteStartArray("stackTrace"u8);
        foreach (var line in error.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MaximumLines))
            writer.WriteStringValue(Cut(line, MaximumLine));
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Gives <c>Category.Reason</c>, letters and digits only, as it must be to stand in a header.</summary>
    public static string TypeOf(Exception error)
    {
        var reason = string.Concat(error.GetType().Name.TakeWhile(char.IsAsciiLetterOrDigit));
        return reason.Length > 0 ? $"Function.{reason}" : "Function.Error";
    }

    private static ReadOnlySpan<char> Cut(string text, int length) => text.AsSpan(0, Math.Min(text.Length, length));
}
