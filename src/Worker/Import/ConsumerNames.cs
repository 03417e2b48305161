using System.Text.RegularExpressions;

namespace StreamWorker.Worker.Import;

/// <summary>
/// Names consumers: valid for the worker, for an environment variable and for the chart, and different even where upper and lower case do not count. A name that is alone
/// does not depend on what else is imported, so that a consumer has the same name, and so the same position, when the import is made again.
/// </summary>
internal static class ConsumerNames
{
    private const int Longest = 128;

    private static readonly Regex Separators = new("[^A-Za-z0-9]+", RegexOptions.NonBacktracking);

    public static IReadOnlyList<string> For(IReadOnlyList<FoundMapping> mappings)
    {
        var plain = mappings.Select(mapping => Valid(mapping.Name)).ToList();
        var shared = plain.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var wanted = mappings.Zip(plain, (mapping, name) => shared.Contains(name) && mapping.Qualifier.Length > 0 ? Valid($"{name}-{mapping.Qualifier}") : name).ToList();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. wanted.Select(name => Free(name, taken, wanted))];
    }

    /// <summary>Turns a text into a name: letters and digits, with one separator between two of them.</summary>
    public static string Valid(string text)
    {
        var name = Separators.Replace(text, separators => separators.Value[0] is '.' or '_' ? separators.Value[..1] : "-").Trim('.', '_', '-');
        if (name.Length > Longest)
            name = name[..Longest].TrimEnd('.', '_', '-');
        return name.Length == 0 ? "consumer" : name;
    }

    private static string Free(string name, HashSet<string> taken, List<string> wanted)
    {
        if (taken.Add(name))
            return name;
        for (var i = 2; ; i++)
        {
            var suffix = $"-{i}";
            var free = name[..Math.Min(name.Length, Longest - suffix.Length)].TrimEnd('.', '_', '-') + suffix;
            if (!wanted.Contains(free, StringComparer.OrdinalIgnoreCase) && taken.Add(free))
                return free;
        }
    }
}
