namespace StreamWorker.Worker.Import;

/// <summary>Works out a template's conditions.</summary>
internal sealed class Conditions(Template template, Func<TemplateNode?, TemplateNode?> resolve)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Tells whether a condition holds; null when the template does not tell.</summary>
    public bool? Holds(string name)
    {
        // A condition that refers to itself, be it by way of others, tells nothing.
        if (template.Conditions[name] is not { } condition || !_asked.Add(name))
            return null;
        var holds = Of(condition);
        _asked.Remove(name);
        return holds;
    }

    private bool? Of(TemplateNode node) => node is not MapNode { Members: [var (function, argument)] } ? null : function switch
    {
        "Condition" => argument is ScalarNode { Text: var name } ? Holds(name) : null,
        "Fn::Equals" => Equal(argument),
        "Fn::Not" => argument is ListNode { Members: [var only] } ? !Of(only) : null,
        "Fn::And" => Several(argument, decides: false),
        "Fn::Or" => Several(argument, decides: true),
        _ => null,
    };

    private bool? Equal(TemplateNode argument) =>
        argument is ListNode { Members: [var left, var right] } && resolve(left) is ScalarNode a && resolve(right) is ScalarNode b ? a.Text == b.Text : null;

    private bool? Several(TemplateNode argument, bool decides)
    {
        var all = (argument as ListNode)?.Members.Select(Of).ToList() ?? [null];
        return all.Contains(decides) ? decides : all.Contains(null) ? null : !decides;
    }
}
