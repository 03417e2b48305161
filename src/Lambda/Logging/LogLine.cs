using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace StreamWorker.Lambda.Logging;

/// <summary>One log event in either of the forms that Lambda knows.</summary>
internal readonly record struct LogLine(DateTimeOffset Time, LogLevel Level, string Category, string Message)
{
    private const string OriginalFormat = "{OriginalFormat}";

    // Nobody puts it into a web page, and a person may read it as it is.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? RequestId { get; init; }

    public Exception? Exception { get; init; }

    public IReadOnlyList<KeyValuePair<string, object?>>? Properties { get; init; }

    private string LevelName => Level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "INFO",
    };

    private string Timestamp => Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>Gives one line of text. Line breaks in it become carriage returns: Lambda would make an event of each line.</summary>
    public byte[] ToText()
    {
        var text = $"{Timestamp}\t{RequestId}\t{LevelName}\t{Category}\t{Message}";
        if (Exception is not null)
            text = $"{text}\n{Exception}";
        return Encoding.UTF8.GetBytes(text.Replace("\r\n", "\r", StringComparison.Ordinal).Replace('\n', '\r') + "\n");
    }

    /// <summary>Gives one line of JSON.</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, s_json))
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp"u8, Timestamp);
            writer.WriteString("level"u8, LevelName);
            if (RequestId is not null)
                writer.WriteString("requestId"u8, RequestId);
            writer.WriteString("category"u8, Category);
            writer.WriteString("message"u8, Message);
            WriteProperties(writer);
            if (Exception is not null)
            {
                writer.WriteString("errorType"u8, Exception.GetType().FullName);
                writer.WriteString("errorMessage"u8, Exception.Message);
                writer.WriteString("stackTrace"u8, Exception.ToString());
            }

            writer.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    private void WriteProperties(Utf8JsonWriter writer)
    {
        if (Properties is null || Properties.All(property => property.Key == OriginalFormat))
            return;
        writer.WriteStartObject("properties"u8);
        foreach (var (name, value) in Properties)
        {
            if (name == OriginalFormat)
                continue;
            switch (value)
            {
                case null:
                    writer.WriteNull(name);
                    break;
                case bool truth:
                    writer.WriteBoolean(name, truth);
                    break;
                case int or long or short or byte:
                    writer.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        writer.WriteEndObject();
    }
}
