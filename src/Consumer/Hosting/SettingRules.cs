using System.Buffers;
using System.Globalization;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Words the faults of settings: key, value and rule, always in this form.</summary>
internal sealed class SettingRules(string section)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    public void Fault(string key, object? value, string rule) =>
        _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:{key} = {(value is null ? "(none)" : $"'{value}'")}: {rule}."));

    public void Range(string key, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
            Fault(key, value.ToString("c", CultureInfo.InvariantCulture), $"must be between {minimum:c} and {maximum:c}");
    }

    public void Range(string key, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
            Fault(key, value, string.Create(CultureInfo.InvariantCulture, $"must be between {minimum} and {maximum}"));
    }

    public void Name(string key, string? value, int minimumLength, int maximumLength)
    {
        if (value is null || value.Length < minimumLength || value.Length > maximumLength || value.AsSpan().ContainsAnyExcept(NameCharacters))
            Fault(key, value, string.Create(CultureInfo.InvariantCulture, $"must have {minimumLength} to {maximumLength} characters: letters, digits, '.', '_' and '-'"));
    }
}
