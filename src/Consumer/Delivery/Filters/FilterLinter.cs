using System.Text;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Finds the traps of the pattern language: patterns that are valid, and match other records than they seem to.</summary>
internal static class FilterLinter
{
    private static readonly string[] s_members = ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "userIdentity", "eventSourceARN"];
    private static readonly string[] s_changeMembers = ["ApproximateCreationDateTime", "Keys", "NewImage", "OldImage", "SequenceNumber", "SizeBytes", "StreamViewType"];
    private static readonly string[] s_images = ["Keys", "NewImage", "OldImage"];
    private static readonly string[] s_eventNames = ["INSERT", "MODIFY", "REMOVE"];

    public static IReadOnlyList<FilterFinding> Check(ParsedPattern pattern)
    {
        var findings = pattern.Repeated
            .Select(place => new FilterFinding("F2", place, "the member is named more than once, and only the last one counts; write one object with all its members")).ToList();
        if (pattern.Alternatives.Any(alternative => alternative.Count == 0))
            findings.Add(new("F19", "", "an empty pattern matches every record"));
        foreach (var leaf in pattern.Alternatives.SelectMany(alternative => alternative).Distinct())
            findings.AddRange(Check(leaf));
        return [.. findings.Distinct()];
    }

    private static IEnumerable<FilterFinding> Check(PatternLeaf leaf) => leaf.Path switch
    {
        ["dynamodb", "Keys" or "NewImage" or "OldImage", .. var names] => CheckAttribute(leaf, names),
        ["dynamodb", "ApproximateCreationDateTime" or "SizeBytes"] => CheckNumberMember(leaf),
        ["dynamodb"] => CheckObject(leaf),
        ["dynamodb", var name, ..] => CheckName(leaf, name, s_changeMembers, "dynamodb has no such member"),
        ["userIdentity", "Type" or "PrincipalId", ..] => [Finding("F17", leaf, "records are delivered with type and principalId; with an upper-case first letter nothing is found")],
        ["userIdentity"] => CheckObject(leaf),
        ["eventName"] => CheckEventName(leaf),
        [var name, ..] => CheckName(leaf, name, s_members, "a record has no such member"),
        _ => [],
    };

    private static IEnumerable<FilterFinding> CheckName(PatternLeaf leaf, string name, string[] known, string fault)
    {
        if (known.Contains(name))
            return [];
        var meant = known.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        var image = s_images.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        var hint = meant is not null ? $"did you mean {meant}?"
            : image is not null ? $"did you mean dynamodb.{image}?"
            : $"its members are {string.Join(", ", known)}";
        return [Finding("F16", leaf, $"{fault}; {hint}")];
    }

    private static IEnumerable<FilterFinding> CheckEventName(PatternLeaf leaf)
    {
        foreach (var condition in leaf.Conditions)
        {
            var test = new ValueTest([condition]);
            if (condition.Kind != ConditionKind.Missing && !s_eventNames.Any(name => test.TakesText(Encoding.UTF8.GetBytes(name))))
                yield return Finding("F5", leaf, $"{condition.Json} matches nothing: a record's eventName is INSERT, MODIFY or REMOVE, in upper case");
        }
    }

    private static IEnumerable<FilterFinding> CheckNumberMember(PatternLeaf leaf)
    {
        foreach (var condition in leaf.Conditions)
        {
            if (condition.Kind == ConditionKind.Number)
                yield return Finding("F6", leaf, $"{condition.Json} matches a number that is written just so, and no other of the same value; {{\"numeric\":[\"=\",{condition.Json}]}} compares values");
            else if (condition.Kind is ConditionKind.Text or ConditionKind.Prefix or ConditionKind.Suffix or ConditionKind.EqualsIgnoreCase)
                yield return Finding("F9", leaf, $"{condition.Json} asks for a text, and the value is a JSON number");
        }
    }

    private static IEnumerable<FilterFinding> CheckObject(PatternLeaf leaf) => leaf.Conditions.Select(condition => OfObject(leaf, condition, "its members"));

    private static FilterFinding OfObject(PatternLeaf leaf, PatternCondition condition, string below) => condition.Kind switch
    {
        ConditionKind.Missing => Finding("F10", leaf, $"matches every record: exists looks at values, and this is an object, not a value; ask for {below}"),
        ConditionKind.Exists => Finding("F10", leaf, $"matches nothing: exists looks at values, and this is an object, not a value; ask for {below}"),
        _ => Finding("F7", leaf, $"{condition.Json} matches nothing: this is an object, not a value; ask for {below}"),
    };

    private static IEnumerable<FilterFinding> CheckAttribute(PatternLeaf leaf, string[] names)
    {
        var place = TypedPath.EndOf(names, out var type);
        return place switch
        {
            DescriptorPlace.Value => leaf.Conditions.Select(condition => CheckValue(leaf, condition, type)).OfType<FilterFinding>(),
            DescriptorPlace.Image => leaf.Conditions.Select(condition => OfObject(leaf, condition, "an attribute and its type, for example .status.S")),
            DescriptorPlace.Attribute => leaf.Conditions.Select(condition => OfObject(leaf, condition, $"its type, for example {leaf.Place}.S")),
            DescriptorPlace.Nested => leaf.Conditions.Select(condition => OfObject(leaf, condition, type == "L" ? $"the type of its elements, for example {leaf.Place}.S" : $"a member and its type, for example {leaf.Place}.name.S")),
            DescriptorPlace.NoType => [Finding("F7", leaf, $"'{type}' stands where the type of an attribute does, one of {TypedPath.Types}{(type.Length > 0 && TypedPath.EndOf(["a", type.ToUpperInvariant()], out _) == DescriptorPlace.NoType ? "; a map's members are below M" : ", in upper case")}")],
            _ => [Finding("F7", leaf, $"a value of type {type} has no members; those of a map are below M")],
        };
    }

    private static FilterFinding? CheckValue(PatternLeaf leaf, PatternCondition condition, string type)
    {
        var isNumber = type is "N" or "NS";
        switch (condition.Kind)
        {
            case ConditionKind.Numeric:
                return Finding("F8", leaf, isNumber
                    ? $"numeric never matches: DynamoDB's numbers are JSON texts; {condition.Json.Replace(Operators.Numeric, Operators.TypedNumeric, StringComparison.Ordinal)} compares them, which Lambda cannot"
                    : $"numeric never matches: there is no JSON number in {type}");
            case ConditionKind.TypedNumeric when type is "BOOL" or "NULL":
                return Finding("F8", leaf, $"{condition.Json} never matches: there is no number in {type}");
            case ConditionKind.Number:
                return Finding("F6", leaf, type is "BOOL" or "NULL" ? $"{condition.Json} never matches: {type} holds true or false" : $"{condition.Json} never matches: {type} holds JSON texts; write \"{condition.Json}\"");
            case ConditionKind.Literal:
                return CheckLiteral(leaf, condition, type);
            case ConditionKind.Text or ConditionKind.Prefix or ConditionKind.Suffix or ConditionKind.EqualsIgnoreCase when type is "BOOL" or "NULL":
                return Finding("F11", leaf, $"{condition.Json} never matches: {type} holds a JSON boolean; write true{(type == "BOOL" ? " or false" : "")} without quotes");
            case ConditionKind.Text when isNumber:
                return CheckNumberText(leaf, condition);
            default:
                return null;
        }
    }

    private static FilterFinding? CheckLiteral(PatternLeaf leaf, PatternCondition condition, string type) => (type, condition.Json) switch
    {
        ("BOOL", "true" or "false") or ("NULL", "true") => null,
        ("BOOL", _) => Finding("F11", leaf, $"{condition.Json} never matches: BOOL holds true or false"),
        ("NULL", _) => Finding("F11", leaf, $"{condition.Json} never matches: where the type is NULL, the value is true"),
        _ => Finding("F7", leaf, $"{condition.Json} never matches: {type} holds JSON texts"),
    };

    /// <summary>Numbers are compared by their text, and the service writes each in one way.</summary>
    private static FilterFinding? CheckNumberText(PatternLeaf leaf, PatternCondition condition)
    {
        var text = condition.Texts[0];
        return NumberForm.IsAsWritten(text)
            ? null
            : Finding("F6", leaf, $"{condition.Json} is compared as text, and DynamoDB does not write a number so; {{\"{Operators.TypedNumeric}\":[\"=\",…]}} compares values");
    }

    private static FilterFinding Finding(string rule, PatternLeaf leaf, string message) => new(rule, leaf.Place, message);
}
