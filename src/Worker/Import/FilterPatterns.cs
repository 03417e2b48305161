using System.Text.Json;

namespace StreamWorker.Worker.Import;

/// <summary>Reads the patterns of a mapping's filters. They are carried over letter by letter; only whether Lambda takes them is looked at.</summary>
internal static class FilterPatterns
{
    // Five without a raised quota, ten with one.
    private const int Most = 10;
    private const int Longest = 4096;
    private const string Setting = "FilterCriteria";

    public static List<string> Read(MappingSection section, MapNode criteria)
    {
        var patterns = new List<string>();
        switch (section.Value(criteria, "Filters"))
        {
            case null:
                break;
            case OpenNode open:
                patterns.Add(section.Open(Setting, open));
                break;
            case ListNode { Members.Count: > Most } many:
                section.Fault(Setting, many, $"must have at most {Most} filters");
                break;
            case ListNode list:
                foreach (var filter in list.Members.Select(section.Resolved).OfType<TemplateNode>())
                    Add(section, filter, patterns);
                break;
            case var other:
                return Refuse(section, other);
        }

        return patterns;
    }

    public static List<string> Refuse(MappingSection section, TemplateNode value)
    {
        section.Fault(Setting, value, "must be a map with a list Filters");
        return [];
    }

    private static void Add(MappingSection section, TemplateNode filter, List<string> patterns)
    {
        switch (filter is MapNode map ? section.Value(map, "Pattern") : filter)
        {
            case OpenNode open:
                patterns.Add(section.Open(Setting, open));
                break;
            case ScalarNode { Text.Length: > Longest } pattern:
                section.Fault(Setting, new ListNode(pattern.At, []), $"has a pattern of {pattern.Text.Length} characters; {Longest} are allowed");
                break;
            case ScalarNode { Text: var text } when filter is MapNode && IsObject(text):
                patterns.Add(text);
                break;
            case var other:
                section.Fault(Setting, other ?? filter, "must be a filter whose Pattern is the text of a JSON object");
                break;
        }
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var pattern = JsonDocument.Parse(text);
            return pattern.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
