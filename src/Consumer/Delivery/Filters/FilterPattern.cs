using System.Buffers;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>A pattern in the language of the filters of Lambda's event source mapping, for example <c>{"eventName":["INSERT"]}</c>. It can be tried on records.</summary>
/// <remarks>
/// <para>It sees a record as Lambda delivers it: with <c>eventSourceARN</c>, and the names in <c>userIdentity</c> in lower camel case.</para>
/// <para>One operator is not Lambda's: <c>{"streamworker:numeric":[">",100]}</c> compares numbers where DynamoDB has texts, as in <c>N</c>.</para>
/// </remarks>
public sealed class FilterPattern
{
    private const int MostValuesShown = 3;

    private readonly PatternFilter _filter;

    private FilterPattern(string text, ParsedPattern parsed)
    {
        Text = text;
        Parsed = parsed;
        Findings = FilterLinter.Check(parsed);
        _filter = new PatternFilter([parsed]);
    }

    /// <summary>Gets the pattern's text.</summary>
    public string Text { get; }

    /// <summary>Gets what is likely to be a mistake in the pattern.</summary>
    public IReadOnlyList<FilterFinding> Findings { get; }

    internal ParsedPattern Parsed { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern: a JSON object of at most 4,096 characters.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="FilterPatternException">The text is no pattern.</exception>
    public static FilterPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FilterPattern(text, PatternReader.Read(text));
    }

    /// <summary>Tells whether a record matches.</summary>
    /// <param name="record">The record.</param>
    /// <returns>True when it does, and also when it cannot be read where the pattern looks: such a record is delivered, so that it is not lost.</returns>
    public bool Matches(StreamRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return _filter.Matches(record);
    }

    /// <summary>Says why a record does not match.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The first member that is not as the pattern asks, with what is there; null when the record matches.</returns>
    public string? Explain(StreamRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (_filter.Matches(record))
            return null;
        if (_filter.FailingLeaves(record) is not [var leaf, ..])
            return "every member is there, but no one element of a list has all of them";
        var values = ValuesAt(record, leaf.Path);
        var found = values.Count == 0 ? "is not there"
            : string.Join(", ", values.Take(MostValuesShown)) is var shown && values.Count > MostValuesShown ? $"is {shown}, …" : $"is {shown}";
        return $"{leaf.Place} {found}, and {leaf.Json} is asked for";
    }

    private static List<string> ValuesAt(StreamRecord record, IReadOnlyList<string> path)
    {
        var delivered = new ArrayBufferWriter<byte>();
        var values = new List<string>();
        try
        {
            LambdaEvent.Write(delivered, [record]);
            using var document = JsonDocument.Parse(delivered.WrittenMemory, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            Collect(document.RootElement.GetProperty("Records"), path, 0, values);
        }
        catch (Exception e) when (e is RecordFormatException or JsonException)
        {
            // Something else in the record is not valid. What the pattern looks at could be read, or the record would match.
            values.Add("something else");
        }

        return values;
    }

    private static void Collect(JsonElement value, IReadOnlyList<string> path, int taken, List<string> values)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
                Collect(element, path, taken, values);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject().Where(member => taken < path.Count && member.NameEquals(path[taken])))
                Collect(member.Value, path, taken + 1, values);
        }
        else if (taken == path.Count)
        {
            values.Add(JsonTexts.Quote(value));
        }
    }
}
