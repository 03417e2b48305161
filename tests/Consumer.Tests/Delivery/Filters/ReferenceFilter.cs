using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>
/// The pattern language in the plainest form: a record becomes the list of its values, each with its path and with the element of every list of objects that it stands
/// in, and a pattern matches when for each of its members a value can be chosen such that no two stand in different elements of one list. Slow, and easy to believe.
/// </summary>
internal static class ReferenceFilter
{
    private static readonly string[] s_operators = ["prefix", "suffix", "anything-but", "equals-ignore-case", "numeric", "exists", "streamworker:numeric"];

    /// <param name="pattern">A valid pattern without repeated names.</param>
    /// <param name="delivered">A record as it is delivered.</param>
    public static bool Matches(string pattern, JsonElement delivered)
    {
        using var document = JsonDocument.Parse(pattern);
        var values = new List<Value>();
        Flatten(delivered, "", [], values);
        return Alternatives(document.RootElement, "").Any(members => CanChoose([.. members], 0, [], values));
    }

    private static IEnumerable<IEnumerable<(string Path, JsonElement Conditions)>> Alternatives(JsonElement pattern, string path)
    {
        IEnumerable<IEnumerable<(string, JsonElement)>> all = [[]];
        foreach (var member in pattern.EnumerateObject())
        {
            var inner = $"{path}/{member.Name}";
            IEnumerable<IEnumerable<(string, JsonElement)>> either = member switch
            {
                { Name: "$or", Value.ValueKind: JsonValueKind.Array } when IsRelation(member.Value) => member.Value.EnumerateArray().SelectMany(entry => Alternatives(entry, path)),
                { Value.ValueKind: JsonValueKind.Object } => Alternatives(member.Value, inner),
                _ => [[(inner, member.Value)]],
            };
            all = [.. all.SelectMany(left => either.Select(left.Concat))];
        }

        return all;
    }

    private static bool IsRelation(JsonElement list) =>
        list.GetArrayLength() > 1 && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Object && !entry.EnumerateObject().Any(member => s_operators.Contains(member.Name)));

    private static void Flatten(JsonElement value, string path, Dictionary<int, int> elements, List<Value> values)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
                Flatten(member.Value, $"{path}/{member.Name}", elements, values);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            var list = values.Count + (1000 * elements.Count) + (1_000_000 * path.Length);
            var index = 0;
            foreach (var element in value.EnumerateArray())
                Flatten(element, path, element.ValueKind == JsonValueKind.Object ? new(elements) { [list] = index++ } : elements, values);
        }
        else
        {
            values.Add(new Value(path, value, elements));
        }
    }

    private static bool CanChoose((string Path, JsonElement Conditions)[] members, int next, List<Value> chosen, List<Value> values)
    {
        if (next == members.Length)
            return true;
        var (path, conditions) = members[next];
        var there = values.Where(value => value.Path == path).ToList();
        if (there.Count == 0 && conditions.EnumerateArray().Any(condition => condition is { ValueKind: JsonValueKind.Object } && condition.TryGetProperty("exists", out var exists) && !exists.GetBoolean()))
            return CanChoose(members, next + 1, chosen, values);
        return there
            .Where(value => conditions.EnumerateArray().Any(condition => Meets(value.Json, condition)))
            .Where(value => chosen.TrueForAll(other => other.Elements.All(element => !value.Elements.TryGetValue(element.Key, out var index) || index == element.Value)))
            .Any(value => CanChoose(members, next + 1, [.. chosen, value], values));
    }

    private static bool Meets(JsonElement value, JsonElement condition)
    {
        if (condition.ValueKind != JsonValueKind.Object)
            return IsSame(value, condition);
        var (name, operand) = condition.EnumerateObject().Select(member => (member.Name, member.Value)).Single();
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return name switch
        {
            "exists" => operand.GetBoolean(),
            "anything-but" => !(operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().ToList() : [operand]).Exists(other => IsSame(value, other)),
            "prefix" => text is not null && text.StartsWith(operand.GetString()!, StringComparison.Ordinal),
            "suffix" => text is not null && text.EndsWith(operand.GetString()!, StringComparison.Ordinal),
            "equals-ignore-case" => text is not null && text.Equals(operand.GetString(), StringComparison.OrdinalIgnoreCase),
            "numeric" => value.ValueKind == JsonValueKind.Number && IsInRange(value.GetDecimal(), operand),
            _ => (text is not null && IsNumber(text) && IsInRange(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), operand))
                || (value.ValueKind == JsonValueKind.Number && IsInRange(value.GetDecimal(), operand)),
        };
    }

    private static bool IsSame(JsonElement value, JsonElement other) => value.ValueKind == other.ValueKind
        && (value.ValueKind == JsonValueKind.String ? value.GetString() == other.GetString() : value.GetRawText() == other.GetRawText());

    private static bool IsNumber(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Number && document.RootElement.GetRawText() == text;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsInRange(decimal number, JsonElement range) => range.EnumerateArray().Chunk(2).All(pair =>
    {
        var end = pair[1].GetDecimal();
        return pair[0].GetString() switch { "=" => number == end, "<" => number < end, "<=" => number <= end, ">" => number > end, _ => number >= end };
    });

    private sealed record Value(string Path, JsonElement Json, Dictionary<int, int> Elements);
}
