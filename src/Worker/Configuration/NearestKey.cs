namespace StreamWorker.Worker.Configuration;

/// <summary>Finds the key that somebody meant who wrote another one.</summary>
internal static class NearestKey
{
    // Names of other systems for the same thing.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EventSourceArn"] = "StreamArn",
        ["Table"] = "TableName",
        ["Stream"] = "StreamArn",
        ["AutoCreateTables"] = "CreateTables",
        ["Consumer"] = "Consumers",
    };

    public static string? Find(string written, IReadOnlyCollection<string> known)
    {
        if (Synonyms.TryGetValue(written, out var synonym) && known.Contains(synonym))
            return synonym;
        var best = known.Select(key => (Key: key, Distance: Distance(written, key))).OrderBy(candidate => candidate.Distance).FirstOrDefault();
        return best.Key is not null && best.Distance <= Math.Max(2, best.Key.Length / 3) ? best.Key : null;
    }

    /// <summary>Counts the letters that must be added, dropped, replaced or swapped with their neighbour.</summary>
    private static int Distance(string left, string right)
    {
        var a = left.ToUpperInvariant();
        var b = right.ToUpperInvariant();
        int[][] rows = [new int[b.Length + 1], [.. Enumerable.Range(0, b.Length + 1)], new int[b.Length + 1]];
        for (var i = 1; i <= a.Length; i++)
        {
            var (older, previous, row) = (rows[(i + 2) % 3], rows[i % 3], rows[(i + 1) % 3]);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(previous[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
            }
        }

        return rows[(a.Length + 1) % 3][b.Length];
    }
}
