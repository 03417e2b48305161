using System.Text.Json;

namespace StreamWorker.Worker.Commands;

/// <summary>Reads files of patterns.</summary>
internal static class PatternFile
{
    /// <summary>Gives the patterns in a text: those of Lambda's <c>FilterCriteria</c>, with or without its name around it, or else the text itself.</summary>
    public static IReadOnlyList<string> PatternsIn(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var criteria = Member(document.RootElement, "FilterCriteria") ?? document.RootElement;
            return Member(criteria, "Filters") is { ValueKind: JsonValueKind.Array } filters && filters.EnumerateArray().Any(filter => filter.ValueKind == JsonValueKind.Object && Member(filter, "Pattern") is not null)
                ? [.. filters.EnumerateArray().Select(TextOf)]
                : [text];
        }
        catch (JsonException)
        {
            // Whoever reads the pattern says where it is wrong.
            return [text];
        }
    }

    private static string TextOf(JsonElement filter) => filter.ValueKind == JsonValueKind.Object && Member(filter, "Pattern") is { ValueKind: JsonValueKind.String } pattern
        ? pattern.GetString()!
        : throw new InputException($"{filter.GetRawText()}: a filter has the member Pattern, and its value is the pattern as a text");

    private static JsonElement? Member(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
