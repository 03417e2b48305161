using System.Text.Json.Nodes;

namespace StreamWorker.Worker.Import;

/// <summary>Makes the worker's configuration of event source mappings.</summary>
internal static class Importer
{
    /// <exception cref="TemplateFormatException">The text is neither a template nor an answer of Lambda's API.</exception>
    public static ImportResult Import(string text, ImportOptions options)
    {
        var findings = new FindingList();
        var root = TemplateText.Read(text);
        if (ApiMappings.Find(root, findings) is { } found)
        {
            return options.Parameters.Count == 0
                ? Import(found, template: null, intrinsics: null, options, findings)
                : throw new TemplateFormatException("it is an answer of Lambda's API, which has no parameters");
        }

        if (root is not MapNode map || map["Resources"] is null)
            throw new TemplateFormatException("it is neither a CloudFormation or SAM template, which has Resources, nor what 'aws lambda get-event-source-mapping' or 'list-event-source-mappings' prints");
        var template = new Template(map, options.Parameters);
        var intrinsics = new Intrinsics(template);
        return Import(new TemplateMappings(template, intrinsics, findings).Find(), template, intrinsics, options, findings);
    }

    private static ImportResult Import(IReadOnlyList<FoundMapping> found, Template? template, Intrinsics? intrinsics, ImportOptions options, FindingList findings)
    {
        var sources = new StreamSourceReader(template, intrinsics, options.ByTable);
        var mappings = new List<(FoundMapping Mapping, StreamSource Source)>();
        foreach (var mapping in found)
        {
            var source = sources.Read(mapping);
            if (source.Fault is { } fault)
                findings.Fault((mapping.Settings[mapping.SourceSetting] ?? mapping.Settings).At, $"{mapping.Name}: {mapping.SourceSetting}", fault);
            else if (source.Setting is null)
                findings.NoCounterpart(mapping.At, mapping.Name, $"it reads {source.Value}, not a DynamoDB stream; it is passed over");
            else
                mappings.Add((mapping, source));
        }

        Func<TemplateNode?, TemplateNode?> resolve = intrinsics is null ? static node => node : intrinsics.Resolve;
        var translator = new MappingTranslator(resolve, options, findings);
        var names = ConsumerNames.For([.. mappings.Select(entry => entry.Mapping)]);
        var consumers = new JsonObject();
        for (var i = 0; i < mappings.Count; i++)
            consumers[names[i]] = translator.Translate(mappings[i].Mapping, names[i], mappings[i].Source);
        Differences.Note(consumers, findings);
        return new ImportResult(consumers, findings.InOrder);
    }
}
