using System.IO.Enumeration;

namespace StreamWorker.Deploy.Tests;

/// <summary>Reads .dockerignore as the builder does, as far as this repository's file goes: the last line that matches a path or a folder above it decides.</summary>
internal static class DockerIgnore
{
    private static readonly string[] Lines = [.. Repository.Read(".dockerignore").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];

    public static bool Lets(string path)
    {
        var lets = true;
        foreach (var line in Lines)
        {
            if (Matches(line.TrimStart('!'), path))
                lets = line[0] == '!';
        }
        return lets;
    }

    private static bool Matches(string pattern, string path)
    {
        var parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Any(length =>
            pattern.StartsWith("**/", StringComparison.Ordinal)
                ? parts[length - 1] == pattern[3..]
                : FileSystemName.MatchesSimpleExpression(pattern, string.Join('/', parts[..length]), ignoreCase: false));
    }
}
