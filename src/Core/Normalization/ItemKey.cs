using System.Globalization;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>The primary key of a record's item as one text: the same for every record of the item, however its keys are written, and another for every other item of the table.</summary>
internal static class ItemKey
{
    /// <summary>Gives the key; null when it cannot be read, so that the record may be of any item.</summary>
    public static string? Of(StreamRecord record)
    {
        try
        {
            var parts = new List<string>(2);
            foreach (var (name, value) in record.Keys)
            {
                if (Spell(value) is not { } text)
                    return null;
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name.Length}:{name}{text.Length}:{text}"));
            }

            parts.Sort(StringComparer.Ordinal);
            return parts.Count == 0 ? null : string.Concat(parts);
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }

    private static string? Spell(AttributeValue value) => value.Type switch
    {
        AttributeType.String => "S" + value.AsString(),
        AttributeType.Number => SpellNumber(value),
        AttributeType.Binary => "B" + Convert.ToBase64String(value.AsBytes()),
        _ => null,
    };

    private static string? SpellNumber(AttributeValue value)
    {
        var reader = value.Expect(AttributeType.Number);
        return reader.TryGetNumber(out var number) == NumberFault.None
            ? string.Create(CultureInfo.InvariantCulture, $"N{(number.IsNegative ? "-" : "")}{number.Digits}E{number.Exponent}")
            : null;
    }
}
