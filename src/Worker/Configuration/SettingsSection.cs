using System.Globalization;

namespace StreamWorker.Worker.Configuration;

/// <summary>
/// Reads one configuration section key by key. What is asked for is known; what cannot be read, and what is left over in the end, becomes a fault that
/// names key, value and rule. A key without a value, or with an empty one, counts as not given.
/// </summary>
internal sealed class SettingsSection(IConfigurationSection section, List<string> faults)
{
    private const string DurationRule = "must be a duration written [d.]hh:mm:ss[.fff], for example 00:00:03";

    private readonly List<string> _known = [];

    /// <summary>Gets whether anything is configured here.</summary>
    public bool IsGiven => section.GetChildren().Any();

    /// <summary>Gets the names of what is configured here.</summary>
    public IEnumerable<string> Names => section.GetChildren().Select(child => child.Key);

    public void Text(string key, Action<string> set)
    {
        if (Value(key) is { } text)
            set(text);
    }

    public void Integer(string key, Action<int> set)
    {
        if (Value(key) is not { } text)
            return;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            set(number);
        else
            Fault(key, text, "must be a whole number");
    }

    public void Boolean(string key, Action<bool> set)
    {
        if (Value(key) is not { } text)
            return;
        if (bool.TryParse(text, out var value))
            set(value);
        else
            Fault(key, text, "must be true or false");
    }

    public void Duration(string key, Action<TimeSpan> set)
    {
        if (Value(key) is not { } text)
            return;
        // Without colons, .NET takes the text for a number of days, which nobody who writes "30" means.
        if (text.Count(character => character == ':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value))
            set(value);
        else
            Fault(key, text, DurationRule);
    }

    public void Choice<T>(string key, IReadOnlyDictionary<string, T> choices, Action<T> set)
    {
        if (Value(key) is not { } text)
            return;
        var name = choices.Keys.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase));
        if (name is not null)
            set(choices[name]);
        else
            Fault(key, text, $"must be {string.Join(" or ", choices.Keys)}");
    }

    /// <summary>Reads a list: <c>["a"]</c> in JSON, <c>KEY__0</c> in the environment.</summary>
    public void List(string key, Action<IReadOnlyList<string>> set)
    {
        _known.Add(key);
        var list = section.GetSection(key);
        var members = list.GetChildren().ToList();
        if (members.Count > 0)
            set([.. members.Select(member => member.Value ?? "")]);
        else if (!string.IsNullOrEmpty(list.Value))
            Fault(key, list.Value, $"must be a list: [\"{list.Value}\"] in JSON, {key}__0={list.Value} in the environment");
    }

    public SettingsSection Section(string key, string example)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (!string.IsNullOrEmpty(child.Value))
            Fault(key, child.Value, $"must be a section, for example {section.Path}:{key}:{example}");
        return new SettingsSection(child, faults);
    }

    /// <summary>Takes note of a key of which only one value can be honoured: anything else is a fault.</summary>
    public void Only(string key, Func<string, bool> accepts, string rule)
    {
        _known.Add(key);
        foreach (var leaf in Leaves(section.GetSection(key)))
        {
            if (!accepts(leaf.Value!))
                faults.Add(Worded(leaf.Path, leaf.Value, rule));
        }
    }

    public void Fault(string key, string? value, string rule) => faults.Add(Worded($"{section.Path}:{key}", value, rule));

    /// <summary>Finds what nobody asked for.</summary>
    public void RejectOthers()
    {
        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var nearest = NearestKey.Find(child.Key, _known);
            var hint = nearest is null ? $"known here are {string.Join(", ", _known)}" : $"did you mean {nearest}?";
            faults.Add(Worded(child.Path, Leaves(child).Select(leaf => leaf.Value).FirstOrDefault(), $"is not a setting; {hint}"));
        }
    }

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection start)
    {
        var children = start.GetChildren().ToList();
        var own = string.IsNullOrEmpty(start.Value) ? [] : new[] { start };
        return own.Concat(children.SelectMany(Leaves));
    }

    private static string Worded(string path, string? value, string rule) =>
        $"{path} = {(value is null ? "(none)" : $"'{value}'")}: {rule}{(rule.EndsWith('?') ? "" : ".")}";

    private string? Value(string key)
    {
        _known.Add(key);
        var entry = section.GetSection(key);
        if (entry.GetChildren().Any())
            Fault(key, Leaves(entry).Select(leaf => leaf.Value).FirstOrDefault(), "must be a single value, and has keys or members below it");
        return string.IsNullOrEmpty(entry.Value) ? null : entry.Value;
    }
}
