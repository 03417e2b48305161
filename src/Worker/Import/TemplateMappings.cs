namespace StreamWorker.Worker.Import;

/// <summary>Finds mappings in a template: resources of their own, and events of SAM's functions.</summary>
internal sealed class TemplateMappings(Template template, Intrinsics intrinsics, FindingList findings)
{
    private static readonly HashSet<string> OtherSources = new(StringComparer.Ordinal) { "Kinesis", "SQS", "MSK", "MQ", "SelfManagedKafka", "DocumentDB" };

    public IReadOnlyList<FoundMapping> Find()
    {
        foreach (var (name, at) in template.Folded)
            findings.NoCounterpart(at, name, "only CloudFormation unfolds it; import the template that it makes of it (aws cloudformation get-template --template-stage Processed)");
        return [.. template.Resources.SelectMany(Of)];
    }

    private IEnumerable<FoundMapping> Of(TemplateResource resource)
    {
        var found = resource.Type switch
        {
            "AWS::Lambda::EventSourceMapping" => [OwnResource(resource)],
            "AWS::Serverless::Function" => Events(resource),
            _ => new List<FoundMapping>(),
        };
        if (found.Count == 0 || resource.Condition is not { } condition)
            return found;

        var holds = intrinsics.Holds(condition);
        if (holds == false)
            findings.NoCounterpart(resource.At, resource.LogicalId, $"condition {condition} does not hold, so that it is not made; it is passed over");
        else if (holds is null)
            findings.NoCounterpart(resource.At, resource.LogicalId, $"it is made only where condition {condition} holds, which is not known from the template; it is imported");
        return holds == false ? [] : found;
    }

    private FoundMapping OwnResource(TemplateResource resource)
    {
        var name = intrinsics.Resolve(resource.Properties.Given("FunctionName"));
        var function = name is OpenNode { Resource: var id } ? template.Resource(id) : null;
        return new FoundMapping
        {
            Name = resource.LogicalId,
            Settings = resource.Properties,
            Function = name switch
            {
                ScalarNode { Text: var text } => $"function {text}",
                OpenNode open => $"function {function?.LogicalId ?? open.Expression}",
                _ => "its function",
            },
            Timeout = Timeout(function),
        };
    }

    private List<FoundMapping> Events(TemplateResource function)
    {
        var found = new List<FoundMapping>();
        var events = intrinsics.Resolve(function.Properties.Given("Events"));
        if (events is OpenNode open)
            findings.NoCounterpart(open.At, $"{function.LogicalId}: Events", $"{open.Why}; its mappings, if any, are passed over");
        foreach (var (id, definition) in (events as MapNode)?.Members ?? [])
        {
            var resolved = intrinsics.Resolve(definition);
            if (resolved is not null && (resolved is not MapNode || id.StartsWith("Fn::", StringComparison.Ordinal)))
                findings.NoCounterpart(definition.At, $"{function.LogicalId}.{id}", "what it is, is not known from the template; it is passed over");
            if (resolved is not MapNode map || intrinsics.Text(map["Type"]) is not { } type)
                continue;
            if (OtherSources.Contains(type))
                findings.NoCounterpart(map.At, $"{function.LogicalId}.{id}", $"it reads a source of type {type}, not a DynamoDB stream; it is passed over");
            if (type != "DynamoDB")
                continue;
            found.Add(new FoundMapping
            {
                Name = function.LogicalId,
                Qualifier = id,
                Settings = intrinsics.Resolve(map["Properties"]) as MapNode ?? new MapNode(map.At, []),
                SourceSetting = "Stream",
                Function = $"function {function.LogicalId}",
                Timeout = Timeout(function),
            });
        }

        return found;
    }

    private TemplateNode? Timeout(TemplateResource? function) => function?.Type switch
    {
        "AWS::Lambda::Function" => function.Properties.Given("Timeout"),
        "AWS::Serverless::Function" => function.Properties.Given("Timeout") ?? (template.Globals["Function"] as MapNode)?.Given("Timeout"),
        _ => null,
    };
}
