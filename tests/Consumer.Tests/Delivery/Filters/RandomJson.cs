using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>Makes patterns and records out of few names and values, so that they meet often.</summary>
internal sealed class RandomJson(int seed)
{
    // More of them would multiply beyond what a pattern may have.
    private const int MostRelations = 4;

    private static readonly string[] s_names = ["a", "b", "c", "dynamodb", "NewImage", "userIdentity", "Type", "type", "eventSourceARN"];
    private static readonly string[] s_texts = ["\"x\"", "\"xy\"", "\"X\"", "\"\\u0078\"", "\"é\"", "\"É\"", "\"\"", "\"5\"", "\"5.0\"", "\"05\"", "\"-3e0\"", "\"y\\\"x\""];
    private static readonly string[] s_scalars = ["5", "5.0", "50e-1", "-3", "7", "true", "false", "null"];

    private readonly Random _random = new(seed);
    private int _relations;

    public string Record() => Object(4, isRoot: true);

    /// <summary>Makes a pattern that mostly asks for what is in a record.</summary>
    public string Pattern(JsonElement record)
    {
        _relations = 0;
        var pattern = PatternObject([record], 4);
        return pattern.Length <= PatternReader.MaximumLength ? pattern : Pattern(record);
    }

    private string Object(int depth, bool isRoot = false)
    {
        var members = Names().Select(name => $"\"{name}\":{Value(name, depth - 1, isRoot)}");
        return $"{{{string.Join(_random.Next(4) == 0 ? " , " : ",", members)}}}";
    }

    private string Value(string name, int depth, bool isRoot)
    {
        // Lambda's event shows these two otherwise than they are received; how is said for the forms that there are.
        if (isRoot && name == "eventSourceARN")
            return Text();
        var isList = !(isRoot && name == "userIdentity") && _random.Next(3) == 0;
        if (isList)
            return $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => depth > 0 && _random.Next(2) == 0 ? Object(depth) : Scalar()))}]";
        return depth > 0 && _random.Next(3) != 0 ? Object(depth) : Scalar();
    }

    /// <summary>Asks for members of any of these objects: of a list, they are its elements.</summary>
    private string PatternObject(IReadOnlyList<JsonElement> objects, int depth)
    {
        var there = objects.SelectMany(value => value.EnumerateObject()).ToLookup(member => member.Name, member => member.Value);
        var names = Names(atLeast: 1).Take(1).Where(_ => _random.Next(8) == 0).ToHashSet();
        foreach (var name in there.Select(member => member.Key).Where(name => _random.Next(2) == 0).Take(3))
            names.Add(name);
        if (names.Count == 0)
            names.Add(there.Select(member => member.Key).FirstOrDefault("a"));
        var members = names.Select(name => $"\"{name}\":{PatternValue([.. there[name]], depth - 1)}").ToList();
        if (_random.Next(6) == 0 && _relations++ < MostRelations)
            members.Add($"\"$or\":[{string.Join(',', Enumerable.Range(0, _random.Next(2, 4)).Select(_ => PatternObject(objects, depth - 1)))}]");
        return $"{{{string.Join(',', members)}}}";
    }

    private string PatternValue(IReadOnlyList<JsonElement> values, int depth)
    {
        var elements = values.SelectMany(value => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1)).ToList();
        var objects = elements.Where(value => value.ValueKind == JsonValueKind.Object).ToList();
        if (objects.Count > 0 && _random.Next(10) != 0)
            return PatternObject(objects, depth);
        var scalars = elements.Where(value => value.ValueKind != JsonValueKind.Object).Select(value => value.GetRawText()).ToList();
        return scalars.Count == 0 || _random.Next(3) == 0 ? Conditions() : $"[{Condition()},{scalars[_random.Next(scalars.Count)]}]";
    }

    private string Conditions() => $"[{string.Join(',', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Condition()))}]";

    private string Condition() => _random.Next(12) switch
    {
        0 => $$"""{"prefix":{{Text()}}}""",
        1 => $$"""{"suffix":{{Text()}}}""",
        2 => $$"""{"equals-ignore-case":{{Text()}}}""",
        3 => $$"""{"anything-but":{{Text()}}}""",
        4 => $$"""{"anything-but":[{{Text()}},{{Number()}}]}""",
        5 => """{"exists":true}""",
        6 => """{"exists":false}""",
        7 => $$"""{"numeric":{{Range()}}}""",
        8 => $$"""{"streamworker:numeric":{{Range()}}}""",
        9 => Text(),
        _ => Scalar(),
    };

    private string Range() => _random.Next(3) switch
    {
        0 => $"[\"=\",{Number()}]",
        1 => $"[\"{(_random.Next(2) == 0 ? "<" : ">=")}\",{Number()}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"[\"{(_random.Next(2) == 0 ? ">" : ">=")}\",{_random.Next(-5, 5)},\"<=\",{_random.Next(5, 8)}]"),
    };

    private List<string> Names(int atLeast = 0)
    {
        var names = s_names.ToArray();
        _random.Shuffle(names);
        List<string> some = [.. names.Take(_random.Next(atLeast, 4))];

        // In an identity the two are delivered under one name.
        if (some.Contains("type"))
            some.Remove("Type");
        return some;
    }

    private string Text() => s_texts[_random.Next(s_texts.Length)];

    private string Number() => s_scalars[_random.Next(5)];

    private string Scalar() => _random.Next(2) == 0 ? Text() : s_scalars[_random.Next(s_scalars.Length)];
}
