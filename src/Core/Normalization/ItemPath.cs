using System.Globalization;
using System.Text;

namespace StreamWorker.Normalization;

/// <summary>Reads the paths that <see cref="AttributePath"/> writes, as callers give them, and follows them.</summary>
internal static class ItemPath
{
    /// <summary>Takes a path apart.</summary>
    public static List<Step> Parse(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var steps = new List<Step>();
        for (var at = 0; at < path.Length;)
        {
            if (path[at] == '[')
                steps.Add(at + 1 < path.Length && path[at + 1] == '\'' ? new Step(Quoted(path, ref at)) : new Step(null, Index(path, ref at)));
            else
                steps.Add(new Step(Plain(path, ref at, isFirst: steps.Count == 0)));
        }

        return steps;
    }

    /// <summary>Gives the value at a path; null when the item has none there.</summary>
    public static AttributeValue? Find(Item item, List<Step> steps)
    {
        var value = steps[0].Name is { } first ? item.Find(first) : null;
        for (var i = 1; i < steps.Count && value is not null; i++)
        {
            value = (steps[i], value.Value.Type) switch
            {
                ({ Name: { } name }, AttributeType.Map) => value.Value.AsMap().Find(name),
                ({ Name: null, Index: var index }, AttributeType.List) => value.Value.AsList() is var list && index < list.Count ? list[index] : null,
                _ => null,
            };
        }

        return value;
    }

    private static string Plain(string path, ref int at, bool isFirst)
    {
        if (!isFirst && path[at++] != '.')
            throw Wrong(path, at - 1, "'.' or '['");
        var length = path.AsSpan(at).IndexOfAny('.', '[');
        var name = length < 0 ? path[at..] : path.Substring(at, length);
        if (name.Length == 0)
            throw Wrong(path, at, "a name");
        at += name.Length;
        return name;
    }

    private static int Index(string path, ref int at)
    {
        var end = path.IndexOf(']', at);
        if (end < 0 || !int.TryParse(path.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw Wrong(path, at + 1, "a place in a list, such as [2], or a name in quotes");
        at = end + 1;
        return index;
    }

    private static string Quoted(string path, ref int at)
    {
        var name = new StringBuilder();
        for (var i = at + 2; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 1 < path.Length)
            {
                name.Append(Unescaped(path, ref i));
            }
            else if (path[i] != '\'')
            {
                name.Append(path[i]);
            }
            else if (i + 1 < path.Length && path[i + 1] == ']')
            {
                at = i + 2;
                return name.ToString();
            }
            else
            {
                throw Wrong(path, i + 1, "']'");
            }
        }

        throw Wrong(path, path.Length, "\"']\"");
    }

    /// <summary>Gives the character that an escape stands for, and moves to the escape's last character.</summary>
    private static char Unescaped(string path, ref int at)
    {
        at++;
        if (path[at] != 'u')
            return path[at];
        if (at + 4 >= path.Length || !ushort.TryParse(path.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            throw Wrong(path, at + 1, "four hexadecimal digits");
        at += 4;
        return (char)unit;
    }

    private static ArgumentException Wrong(string path, int at, string expected) =>
        new($"'{path}' is not the path of an attribute, such as address.city, lines[2].price or ['unit.price']: {expected} is expected at position {at}.", nameof(path));

    /// <summary>One step down: a name in a map, or where there is none, a place in a list.</summary>
    internal readonly record struct Step(string? Name, int Index = 0);
}
