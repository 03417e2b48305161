using System.Globalization;
using System.Text;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Makes the errors of a record: each names the record and the place in it.</summary>
internal static class RecordFault
{
    private const int LongestQuote = 60;

    /// <summary>Makes the error of what begins at a position in the received bytes.</summary>
    public static RecordFormatException At(StreamRecord record, int position, string message, Exception? cause = null) =>
        In(record, AttributePath.Of(record, position), message, cause);

    public static RecordFormatException In(StreamRecord record, string path, string message, Exception? cause = null) =>
        new(message, path, record.EventIdIfReadable, record.HasSequenceNumber ? record.SequenceNumber : null, cause);

    /// <summary>Gives received text in a form that is fit for a message.</summary>
    public static string Quote(string text) => text.Length <= LongestQuote
        ? new StringBuilder().AppendQuoted(text).ToString()
        : new StringBuilder().AppendQuoted(text.AsSpan(0, LongestQuote)).Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)").ToString();
}
