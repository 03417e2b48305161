using System.Globalization;
using System.Text.Json.Nodes;

namespace StreamWorker.Worker.Import;

/// <summary>
/// Carries settings of one mapping over into the consumer's section, one at a time, and checks them by Lambda's own ranges. A value that is not known becomes a
/// placeholder; what nobody asked for in the end has no counterpart.
/// </summary>
internal sealed class MappingSection(FoundMapping mapping, string consumer, Func<TemplateNode?, TemplateNode?> resolve, bool writesDefaults, FindingList findings)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public JsonObject Result { get; } = [];

    public string Subject(string setting) => $"{consumer}: {setting}";

    /// <summary>Notes that a setting has been dealt with.</summary>
    public void Know(string setting) => _known.Add(setting);

    /// <summary>Gives a setting's value; null when it is not given.</summary>
    public TemplateNode? Value(string setting)
    {
        _known.Add(setting);
        return Value(mapping.Settings, setting);
    }

    public TemplateNode? Value(MapNode parent, string name) => resolve(parent.Given(name)) is { } value and not ScalarNode { IsNull: true } ? value : null;

    public TemplateNode? Resolved(TemplateNode node) => resolve(node);

    /// <summary>Carries a whole number over.</summary>
    /// <returns>The number; the default when it is not given, or not known.</returns>
    public int Number(string setting, int least, int most, int standard, Func<int, bool>? alsoRefused = null, string? rule = null)
    {
        switch (Value(setting))
        {
            case null:
                if (writesDefaults)
                    Result[setting] = standard;
                return standard;
            case OpenNode open:
                Result[setting] = Open(setting, open);
                return standard;
            case ScalarNode { Text: var text } when IsWhole(text, out var number) && number >= least && number <= most && alsoRefused?.Invoke(number) != true:
                if (writesDefaults || !mapping.IsFilledIn || number != standard)
                    Result[setting] = number;
                return number;
            case var other:
                Fault(setting, other, rule ?? string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
                return standard;
        }
    }

    public void Boolean(string setting, bool standard)
    {
        switch (Value(setting))
        {
            case null:
                if (writesDefaults)
                    Result[setting] = standard;
                break;
            case OpenNode open:
                Result[setting] = Open(setting, open);
                break;
            case ScalarNode scalar when Truth(scalar) is { } truth:
                if (writesDefaults || !mapping.IsFilledIn || truth != standard)
                    Result[setting] = truth;
                break;
            case var other:
                Fault(setting, other, "must be true or false");
                break;
        }
    }

    /// <summary>Names a value that is not known, and gives the placeholder for it.</summary>
    public string Open(string setting, OpenNode open) => Missing(setting, open.At, open.Why);

    /// <summary>Names a value that is missing, and gives the placeholder for it.</summary>
    public string Missing(string setting, Position at, string why)
    {
        findings.NoCounterpart(at, Subject(setting), $"{why}; replace the placeholder");
        return Placeholder.For(why);
    }

    public void Fault(string setting, TemplateNode value, string rule) =>
        findings.Fault(value.At, Subject(setting), value is ScalarNode { Text: var text } ? $"'{text}' {rule}" : rule);

    /// <summary>Names every setting that is given, says something and was not asked for.</summary>
    public void NameOthers()
    {
        foreach (var (name, value) in mapping.Settings.Members)
        {
            if (_known.Contains(name) || IsEmpty(value))
                continue;
            findings.NoCounterpart(value.At, Subject(name), WithoutCounterpart.Reason(name) ?? "it is not a setting that Lambda has for a DynamoDB stream, as far as this import knows; it is left out");
        }
    }

    private static bool IsWhole(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number.ToString(CultureInfo.InvariantCulture) == text;

    private static bool? Truth(ScalarNode scalar) => scalar switch
    {
        _ when bool.TryParse(scalar.Text, out var truth) => truth,
        { IsQuoted: false } when scalar.Text.ToUpperInvariant() is "YES" or "ON" => true,
        { IsQuoted: false } when scalar.Text.ToUpperInvariant() is "NO" or "OFF" => false,
        _ => null,
    };

    private bool IsEmpty(TemplateNode value) => resolve(value) switch
    {
        null or ScalarNode { IsNull: true } or ListNode { Members.Count: 0 } => true,
        MapNode map => map.Members.All(member => IsEmpty(member.Value)),
        _ => false,
    };
}
