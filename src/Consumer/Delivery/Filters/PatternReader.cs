using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Reads patterns in Lambda's language: objects whose leaves are lists of conditions.</summary>
internal sealed class PatternReader
{
    /// <summary>The most characters of a pattern (E11).</summary>
    public const int MaximumLength = 4096;

    // Members next to several $or multiply.
    private const int MostAlternatives = 1000;

    private const string Or = "$or";

    private readonly List<string> _repeated = [];

    private PatternReader()
    {
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FilterPatternException">It is none.</exception>
    public static ParsedPattern Read(string text)
    {
        if (text.Length > MaximumLength)
            throw new FilterPatternException("", string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters, and {MaximumLength} are the most"), "E11");
        using var document = Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new FilterPatternException("", "a JSON object is expected, for example {\"eventName\":[\"INSERT\"]}", "F1");
        var reader = new PatternReader();

        // An empty pattern asks for nothing (F19).
        var alternatives = document.RootElement.EnumerateObject().Any() ? reader.ReadObject(document.RootElement, []) : [[]];
        return new ParsedPattern(alternatives, reader._repeated);
    }

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            throw new FilterPatternException("", $"is not valid JSON ({place})", "E22", e);
        }
        catch (ArgumentException e)
        {
            throw new FilterPatternException("", "is not valid text", "E22", e);
        }
    }

    /// <summary>Reads what an object asks for: all of its members (F1).</summary>
    private List<IReadOnlyList<PatternLeaf>> ReadObject(JsonElement element, string[] path)
    {
        var members = new List<(string Name, JsonElement Value)>();
        foreach (var member in element.EnumerateObject())
        {
            var name = JsonTexts.NameOf(member, path);
            if (members.RemoveAll(other => other.Name == name) > 0)
                _repeated.Add(PlaceOf(path, name));
            members.Add((name, member.Value));
        }

        if (members.Count == 0)
            throw new FilterPatternException(PlaceOf(path), "an object without members asks for nothing; only a whole pattern may be empty", "F1");
        List<IReadOnlyList<PatternLeaf>> alternatives = [[]];
        foreach (var (name, value) in members)
            alternatives = Combine(alternatives, ReadMember(name, value, path), PlaceOf(path, name));
        return alternatives;
    }

    private List<IReadOnlyList<PatternLeaf>> ReadMember(string name, JsonElement value, string[] path)
    {
        if (name == Or && value.ValueKind == JsonValueKind.Array && IsRelation(value))
        {
            var either = new List<IReadOnlyList<PatternLeaf>>();
            foreach (var entry in value.EnumerateArray())
                either.AddRange(ReadObject(entry, path));
            return either;
        }

        string[] inner = [.. path, name];
        return value.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(value, inner),
            JsonValueKind.Array => [[ConditionReader.ReadLeaf(value, inner)]],
            _ => throw new FilterPatternException(PlaceOf(inner), $"a list of conditions or an object is expected, and {JsonTexts.Quote(value)} was found; write [{JsonTexts.Quote(value)}]", "F1"),
        };
    }

    /// <summary>Tells whether a list under <c>$or</c> is one of alternatives, rather than of conditions of a member with this name (F15).</summary>
    private static bool IsRelation(JsonElement list) =>
        list.GetArrayLength() >= 2
        && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Object && !entry.EnumerateObject().Any(member => Operators.IsReserved(member)));

    private static List<IReadOnlyList<PatternLeaf>> Combine(List<IReadOnlyList<PatternLeaf>> left, List<IReadOnlyList<PatternLeaf>> right, string place)
    {
        if (left.Count * right.Count > MostAlternatives)
            throw new FilterPatternException(place, string.Create(CultureInfo.InvariantCulture, $"the $or of this pattern make more than {MostAlternatives} combinations"), "F15");
        return [.. left.SelectMany(first => right.Select(IReadOnlyList<PatternLeaf> (second) => [.. first, .. second]))];
    }

    private static string PlaceOf(string[] path, params string[] inner) => string.Join('.', path.Concat(inner));
}
