namespace StreamWorker.Worker.Import;

/// <summary>Finds mappings in what <c>aws lambda get-event-source-mapping</c> and <c>list-event-source-mappings</c> print.</summary>
internal static class ApiMappings
{
    // What the service says about a mapping, as opposed to what it was told.
    private static readonly HashSet<string> Facts = new(StringComparer.Ordinal)
    {
        "UUID", "FunctionArn", "EventSourceMappingArn", "LastModified", "LastProcessingResult", "State", "StateTransitionReason", "ResponseMetadata",
    };

    /// <summary>Gives the mappings if the value is such an answer.</summary>
    public static IReadOnlyList<FoundMapping>? Find(TemplateNode root, FindingList findings)
    {
        var entries = root switch
        {
            MapNode map when map["EventSourceMappings"] is ListNode list => list.Members,
            MapNode map when map["UUID"] is ScalarNode => [map],
            ListNode list => list.Members,
            _ => null,
        };
        if (entries is null || !entries.All(entry => entry is MapNode map && map["UUID"] is ScalarNode))
            return null;
        if (root is MapNode answer && (answer.Given("NextMarker") ?? answer.Given("NextToken")) is { } more)
            findings.NoCounterpart(more.At, "", "the list goes on behind this page; list the mappings without --max-items and --no-paginate");
        return [.. entries.Cast<MapNode>().Where(entry => IsThere(entry, findings)).Select(NewMapping)];
    }

    private static bool IsThere(MapNode entry, FindingList findings)
    {
        if (Text(entry, "State") != "Deleting")
            return true;
        findings.NoCounterpart(entry.At, Text(entry, "UUID"), "the mapping is being deleted, and is passed over");
        return false;
    }

    private static FoundMapping NewMapping(MapNode entry)
    {
        var settings = entry.Members.Where(member => !Facts.Contains(member.Key)).ToList();
        if (Text(entry, "State") is "Disabled" or "Disabling")
            settings.Add(new("Enabled", new ScalarNode(entry["State"]!.At, "false", isQuoted: false)));

        // arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME[:VERSION or ALIAS]
        var function = Text(entry, "FunctionArn").Split(':') is [_, _, _, _, _, _, var name, .. var qualifier] ? string.Join('-', [name, .. qualifier]) : Text(entry, "UUID");
        return new FoundMapping
        {
            Name = function,
            Qualifier = StreamArn.TryParse(Text(entry, "EventSourceArn"), out var stream) ? stream.TableName : "",
            Settings = new MapNode(entry.At, settings),
            Function = $"function {function}",
            IsFilledIn = true,
        };
    }

    private static string Text(MapNode entry, string name) => (entry.Given(name) as ScalarNode)?.Text ?? "";
}
