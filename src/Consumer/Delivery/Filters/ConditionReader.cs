using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Reads lists of conditions (F3).</summary>
internal static class ConditionReader
{
    public static PatternLeaf ReadLeaf(JsonElement list, string[] path)
    {
        var place = string.Join('.', path);
        if (list.GetArrayLength() == 0)
            throw new FilterPatternException(place, "a list without conditions matches nothing", "F1");
        var conditions = new List<PatternCondition>();
        foreach (var entry in list.EnumerateArray())
            conditions.Add(Read(entry, string.Create(CultureInfo.InvariantCulture, $"{place}[{conditions.Count}]")));
        return new PatternLeaf(path, conditions);
    }

    private static PatternCondition Read(JsonElement entry, string place) => entry.ValueKind switch
    {
        JsonValueKind.String => new(ConditionKind.Text, entry.GetRawText()) { Texts = [JsonTexts.TextOf(entry, place)] },
        JsonValueKind.Number => new(ConditionKind.Number, entry.GetRawText()) { Scalars = [entry.GetRawText()] },
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => new(ConditionKind.Literal, entry.GetRawText()) { Scalars = [entry.GetRawText()] },
        JsonValueKind.Object => ReadOperator(entry, place),
        _ => throw new FilterPatternException(place, "a condition is a text, a number, true, false, null or an operator, not a list", "F1"),
    };

    private static PatternCondition ReadOperator(JsonElement entry, string place)
    {
        var members = entry.EnumerateObject().ToList();
        if (members.Count != 1)
            throw new FilterPatternException(place, $"an operator is an object with one member, and {JsonTexts.Quote(entry)} has {members.Count}", "F3");
        var name = JsonTexts.NameOf(members[0], [place]);
        var operand = members[0].Value;
        var inner = $"{place}.{name}";
        return name switch
        {
            Operators.Prefix => OfText(ConditionKind.Prefix, entry, operand, inner),
            Operators.Suffix => OfText(ConditionKind.Suffix, entry, operand, inner),
            Operators.EqualsIgnoreCase => OfText(ConditionKind.EqualsIgnoreCase, entry, operand, inner),
            Operators.AnythingBut => ReadAnythingBut(entry, operand, inner),
            Operators.Numeric => new(ConditionKind.Numeric, entry.GetRawText()) { Range = ReadRange(operand, inner, takesTexts: false) },
            Operators.TypedNumeric => new(ConditionKind.TypedNumeric, entry.GetRawText()) { Range = ReadRange(operand, inner, takesTexts: true) },
            Operators.Exists => operand.ValueKind switch
            {
                JsonValueKind.True => new(ConditionKind.Exists, entry.GetRawText()),
                JsonValueKind.False => new(ConditionKind.Missing, entry.GetRawText()),
                _ => throw new FilterPatternException(inner, $"true or false is expected, and {JsonTexts.Quote(operand)} was found", "F3"),
            },
            _ when Operators.IsOfEventBridge(name) => throw new FilterPatternException(inner, "is an operator of EventBridge that Lambda's filters do not have", "F4"),
            _ => throw new FilterPatternException(inner, $"is not an operator ({Operators.All} are); $or is one of at least two objects without operators in them", "F3"),
        };
    }

    private static PatternCondition OfText(ConditionKind kind, JsonElement entry, JsonElement operand, string place)
    {
        ThrowIfNested(operand, place);
        return operand.ValueKind == JsonValueKind.String
            ? new(kind, entry.GetRawText()) { Texts = [JsonTexts.TextOf(operand, place)] }
            : throw new FilterPatternException(place, $"a text is expected, and {JsonTexts.Quote(operand)} was found", "F3");
    }

    private static PatternCondition ReadAnythingBut(JsonElement entry, JsonElement operand, string place)
    {
        ThrowIfNested(operand, place);
        var values = operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().ToList() : [operand];
        if (values.Count == 0)
            throw new FilterPatternException(place, "a list without values excludes nothing; write {\"exists\":true}", "F3");
        foreach (var value in values)
        {
            ThrowIfNested(value, place);
            if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
                throw new FilterPatternException(place, $"texts and numbers can be excluded, and {JsonTexts.Quote(value)} was found", "F3");
        }

        return new(ConditionKind.AnythingBut, entry.GetRawText())
        {
            Texts = [.. values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => JsonTexts.TextOf(value, place))],
            Scalars = [.. values.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetRawText())],
        };
    }

    private static void ThrowIfNested(JsonElement operand, string place)
    {
        if (operand.ValueKind == JsonValueKind.Object)
            throw new FilterPatternException(place, "operators inside operators are EventBridge's; Lambda's filters do not have them", "F4");
    }

    private static NumberRange ReadRange(JsonElement operand, string place, bool takesTexts)
    {
        const string Form = "a comparison and a number are expected, or both ends of a range: [\"=\",5], [\">\",0], [\">\",0,\"<=\",5]";
        var parts = operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().ToList() : [];
        if (parts.Count is not (2 or 4))
            throw new FilterPatternException(place, $"{Form}; {JsonTexts.Quote(operand)} was found", "F3");
        var first = Comparison(parts[0], place);
        var range = NumberRange.All.And(first, NumberOf(parts[1], place, takesTexts));
        if (parts.Count == 2)
            return range;
        var second = Comparison(parts[2], place);
        if (first is not (">" or ">=") || second is not ("<" or "<="))
            throw new FilterPatternException(place, $"a range is its lower end with > or >= and then its upper end with < or <=; {JsonTexts.Quote(operand)} was found", "F3");
        range = range.And(second, NumberOf(parts[3], place, takesTexts));
        return range.IsEmpty ? throw new FilterPatternException(place, $"no number is in the range {JsonTexts.Quote(operand)}", "F3") : range;
    }

    private static string Comparison(JsonElement part, string place)
    {
        var comparison = part.ValueKind == JsonValueKind.String ? JsonTexts.TextOf(part, place) : "";
        return comparison is "=" or "<" or "<=" or ">" or ">="
            ? comparison
            : throw new FilterPatternException(place, $"one of \"=\", \"<\", \"<=\", \">\" and \">=\" is expected, and {JsonTexts.Quote(part)} was found", "F3");
    }

    private static string NumberOf(JsonElement part, string place, bool takesTexts)
    {
        if (part.ValueKind == JsonValueKind.Number)
            return part.GetRawText();
        if (takesTexts && part.ValueKind == JsonValueKind.String && JsonTexts.TextOf(part, place) is var text && ExactNumber.IsNumber(Encoding.UTF8.GetBytes(text)))
            return text;
        throw new FilterPatternException(place, $"a number is expected, and {JsonTexts.Quote(part)} was found", "F3");
    }
}
