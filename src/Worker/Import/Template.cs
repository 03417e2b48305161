namespace StreamWorker.Worker.Import;

/// <summary>A CloudFormation or SAM template, and the values of its parameters as far as they are known.</summary>
internal sealed class Template
{
    private static readonly MapNode Empty = new(default, []);

    private readonly Dictionary<string, TemplateResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TemplateNode?> _parameters = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _given;

    /// <exception cref="TemplateFormatException">The value is not a template, or a parameter is given that it does not have.</exception>
    public Template(MapNode root, IReadOnlyDictionary<string, string> given)
    {
        _given = given;
        Mappings = root["Mappings"] as MapNode ?? Empty;
        Conditions = root["Conditions"] as MapNode ?? Empty;
        Globals = root["Globals"] as MapNode ?? Empty;
        foreach (var (name, definition) in (root["Parameters"] as MapNode ?? Empty).Members)
            AddParameter(name, definition);
        if (given.Keys.FirstOrDefault(name => !_parameters.ContainsKey(name) && !name.StartsWith("AWS::", StringComparison.Ordinal)) is { } unknown)
            throw new TemplateFormatException($"it has no parameter '{unknown}'; {(_parameters.Count == 0 ? "it has none" : $"it has {string.Join(", ", _parameters.Keys)}")}");

        if (root["Resources"] is not MapNode resources)
            throw new TemplateFormatException("its Resources are not a map", (root["Resources"] ?? root).At);
        foreach (var (id, definition) in resources.Members)
            AddResource(id, definition);
    }

    public MapNode Mappings { get; }

    public MapNode Conditions { get; }

    public MapNode Globals { get; }

    public IEnumerable<TemplateResource> Resources => _resources.Values;

    /// <summary>Gets the members of Resources that are loops or macros, which only CloudFormation unfolds.</summary>
    public List<(string Name, Position At)> Folded { get; } = [];

    public TemplateResource? Resource(string? logicalId) => logicalId is null ? null : _resources.GetValueOrDefault(logicalId);

    /// <summary>Gives a parameter's or pseudo parameter's value; null when there is none that is known here.</summary>
    public TemplateNode? Parameter(string name, Position at) =>
        _parameters.GetValueOrDefault(name) ?? (_given.TryGetValue(name, out var text) ? new ScalarNode(at, text, isQuoted: true) : null);

    private void AddParameter(string name, TemplateNode definition)
    {
        var type = ((definition as MapNode)?["Type"] as ScalarNode)?.Text ?? "String";
        var value = (definition as MapNode)?["Default"];

        // The default of such a parameter names an entry of the parameter store, and is not the value itself.
        if (type.StartsWith("AWS::SSM::Parameter::Value", StringComparison.Ordinal))
            value = null;
        if (_given.TryGetValue(name, out var given))
            value = new ScalarNode(definition.At, given, isQuoted: true);
        if (value is ScalarNode { Text: var text } && (type == "CommaDelimitedList" || type.Contains("List<", StringComparison.Ordinal)))
            value = new ListNode(value.At, [.. text.Split(',', StringSplitOptions.TrimEntries).Select(member => new ScalarNode(value.At, member, isQuoted: true))]);
        _parameters[name] = value;
    }

    private void AddResource(string id, TemplateNode definition)
    {
        if (id.StartsWith("Fn::", StringComparison.Ordinal))
        {
            Folded.Add((id, definition.At));
            return;
        }

        if (definition is not MapNode resource || resource["Type"] is not ScalarNode type)
            throw new TemplateFormatException($"resource '{id}' has no Type", definition.At);
        _resources[id] = new TemplateResource(id, type.Text, resource["Properties"] as MapNode ?? Empty, (resource["Condition"] as ScalarNode)?.Text, definition.At);
    }
}
