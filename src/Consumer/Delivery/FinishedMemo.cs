using System.Text;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Which records behind the checkpoint are finished, as it is kept with the checkpoint: rows of them, each from its first to its last.</summary>
internal static class FinishedMemo
{
    // What such a memo begins with, the version of this form in it.
    private const string Mark = "F1:";

    // What is not kept is only delivered again: the memo stays small enough to lie in the lease's own row.
    private const int MaximumLength = 4_000;

    /// <summary>Writes as many rows as there is room for.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<(SequenceNumber From, SequenceNumber To)> rows)
    {
        var text = new StringBuilder(Mark);
        foreach (var (from, to) in rows)
        {
            var row = $"{from}-{to},";
            if (text.Length + row.Length > MaximumLength)
                break;
            text.Append(row);
        }

        return text.Length == Mark.Length ? ReadOnlyMemory<byte>.Empty : Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Reads the rows. A memo of another kind has none.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static IReadOnlyList<(SequenceNumber From, SequenceNumber To)> Read(ReadOnlyMemory<byte> memo)
    {
        var text = Encoding.ASCII.GetString(memo.Span);
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
            return [];
        var rows = new List<(SequenceNumber, SequenceNumber)>();
        foreach (var row in text[Mark.Length..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var bounds = row.Split('-');
            if (bounds.Length != 2 || !SequenceNumber.TryParse(bounds[0], out var from) || !SequenceNumber.TryParse(bounds[1], out var to) || to < from)
                throw new FormatException($"What is kept with the checkpoint is damaged: '{row}' is no row of finished records.");
            rows.Add((from, to));
        }

        return rows;
    }
}
