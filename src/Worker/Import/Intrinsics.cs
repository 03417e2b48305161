using System.Text;

namespace StreamWorker.Worker.Import;

/// <summary>Works out CloudFormation's functions as far as the template itself tells their result. What it does not tell becomes an <see cref="OpenNode"/>, never a guess.</summary>
internal sealed class Intrinsics
{
    private readonly Template _template;
    private readonly Conditions _conditions;

    public Intrinsics(Template template)
    {
        _template = template;
        _conditions = new Conditions(template, Resolve);
    }

    /// <summary>Tells whether a condition holds; null when the template does not tell.</summary>
    public bool? Holds(string condition) => _conditions.Holds(condition);

    /// <summary>Gives what a value comes to. Members of lists and maps stay as they are, until they are asked for.</summary>
    /// <returns>The value, or null for <c>AWS::NoValue</c>: as if it were not there.</returns>
    public TemplateNode? Resolve(TemplateNode? node)
    {
        if (node is not MapNode { Members: [var (function, argument)] })
            return node;
        return function switch
        {
            "Ref" => Ref(argument),
            "Fn::GetAtt" => GetAtt(argument),
            "Fn::Sub" => Sub(argument),
            "Fn::Join" => Join(argument),
            "Fn::Select" => Select(argument),
            "Fn::Split" => Split(argument),
            "Fn::If" => If(argument),
            "Fn::FindInMap" => FindInMap(argument),
            _ when function.StartsWith("Fn::", StringComparison.Ordinal) => new OpenNode(argument.At, $"!{function[4..]} {Words(argument)}"),
            _ => node,
        };
    }

    /// <summary>Gives a text, if it comes to one.</summary>
    public string? Text(TemplateNode? node) => (Resolve(node) as ScalarNode)?.Text;

    private static string Words(TemplateNode node) => node switch
    {
        ScalarNode scalar => scalar.Text,
        OpenNode open => open.Expression,
        ListNode list => $"[{string.Join(", ", list.Members.Select(Words))}]",
        MapNode { Members: [var (function, argument)] } when function.StartsWith("Fn::", StringComparison.Ordinal) => $"!{function[4..]} {Words(argument)}",
        MapNode { Members: [("Ref", var argument)] } => $"!Ref {Words(argument)}",
        MapNode map => $"{{{string.Join(", ", map.Members.Select(member => $"{member.Key}: {Words(member.Value)}"))}}}",
        _ => "",
    };

    /// <summary>Gives a value's text as far as it is known.</summary>
    private static string Known(TemplateNode? node) => node switch
    {
        ScalarNode scalar => scalar.Text,
        OpenNode open => open.Known,
        null => "",
        _ => "${}",
    };

    private static IReadOnlyList<TemplateNode> Arguments(TemplateNode argument) => (argument as ListNode)?.Members ?? [];

    private TemplateNode? Ref(TemplateNode argument)
    {
        if (argument is not ScalarNode { Text: var name })
            return new OpenNode(argument.At, $"!Ref {Words(argument)}");
        return name == "AWS::NoValue" ? null : Named(name, argument.At, $"!Ref {name}");
    }

    private TemplateNode Named(string name, Position at, string expression) =>
        _template.Parameter(name, at) ?? new OpenNode(at, expression, $"${{{name}}}") { Resource = _template.Resource(name)?.LogicalId };

    private OpenNode GetAtt(TemplateNode argument)
    {
        var path = argument is ListNode list ? string.Join('.', list.Members.Select(Words)) : Words(argument);
        return Attribute(path, argument.At, $"!GetAtt {path}");
    }

    private OpenNode Attribute(string path, Position at, string expression)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return new OpenNode(at, expression, $"${{{path}}}")
        {
            Resource = dot < 0 ? null : _template.Resource(path[..dot])?.LogicalId,
            Attribute = dot < 0 ? null : path[(dot + 1)..],
        };
    }

    private TemplateNode Sub(TemplateNode argument)
    {
        var own = argument is ListNode { Members: [_, MapNode map] } ? map : null;
        if ((argument is ListNode { Members: [var first, ..] } ? first : argument) is not ScalarNode { Text: var text })
            return new OpenNode(argument.At, $"!Sub {Words(argument)}");

        var known = new StringBuilder();
        TemplateNode? last = null;
        var isOpen = false;
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{' ? text.IndexOf('}', i) : -1;
            if (end < 0)
            {
                known.Append(text[i]);
                continue;
            }

            var name = text[(i + 2)..end].Trim();
            i = end;
            if (name.StartsWith('!'))
            {
                known.Append("${").Append(name.AsSpan(1)).Append('}');
                continue;
            }

            last = own?[name] is { } value ? Resolve(value)
                : name.Contains('.', StringComparison.Ordinal) ? Attribute(name, argument.At, $"!GetAtt {name}") : Named(name, argument.At, $"!Ref {name}");
            isOpen |= last is not ScalarNode;
            known.Append(Known(last));
        }

        if (!isOpen)
            return new ScalarNode(argument.At, known.ToString(), isQuoted: true);
        // A text that is one reference and nothing else is that reference.
        return last is OpenNode whole && known.ToString() == whole.Known ? whole : new OpenNode(argument.At, $"!Sub {text}", known.ToString());
    }

    private TemplateNode Join(TemplateNode argument)
    {
        if (Arguments(argument) is not [ScalarNode { Text: var delimiter }, var listed] || Resolve(listed) is not ListNode list)
            return new OpenNode(argument.At, $"!Join {Words(argument)}");
        var parts = list.Members.Select(Resolve).ToList();
        var known = string.Join(delimiter, parts.Select(Known));
        return parts.TrueForAll(part => part is ScalarNode)
            ? new ScalarNode(argument.At, known, isQuoted: true)
            : new OpenNode(argument.At, $"!Join {Words(argument)}", known);
    }

    private TemplateNode? Select(TemplateNode argument) =>
        Arguments(argument) is [var index, var listed] && int.TryParse(Text(index), out var i) && Resolve(listed) is ListNode list && i >= 0 && i < list.Members.Count
            ? Resolve(list.Members[i])
            : new OpenNode(argument.At, $"!Select {Words(argument)}");

    private TemplateNode Split(TemplateNode argument) =>
        Arguments(argument) is [ScalarNode { Text: { Length: > 0 } delimiter }, var source] && Text(source) is { } text
            ? new ListNode(argument.At, [.. text.Split(delimiter).Select(part => new ScalarNode(argument.At, part, isQuoted: true))])
            : new OpenNode(argument.At, $"!Split {Words(argument)}");

    private TemplateNode? If(TemplateNode argument)
    {
        if (Arguments(argument) is not [ScalarNode { Text: var condition }, var then, var otherwise] || Holds(condition) is not { } holds)
            return new OpenNode(argument.At, $"!If {Words(argument)}");
        return Resolve(holds ? then : otherwise);
    }

    private TemplateNode? FindInMap(TemplateNode argument) =>
        Arguments(argument) is [var map, var first, var second, ..]
        && Text(map) is { } name && Text(first) is { } row && Text(second) is { } column
        && ((_template.Mappings[name] as MapNode)?[row] as MapNode)?[column] is { } value
            ? value
            : new OpenNode(argument.At, $"!FindInMap {Words(argument)}");
}
