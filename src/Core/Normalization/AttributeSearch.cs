using System.Buffers;
using System.Text.Unicode;

namespace StreamWorker.Normalization;

/// <summary>Looks for an attribute by the structure of the JSON, without reading what is before it.</summary>
internal static class AttributeSearch
{
    // In UTF-8. DynamoDB takes longer names for attributes that are no keys; those are found by reading.
    private const int LongestName = 256;

    /// <summary>Looks for the first attribute of a name.</summary>
    /// <param name="record">The record.</param>
    /// <param name="item">The item's JSON.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The attribute, or the default.</param>
    /// <returns>True when there is one and false when there is none; null when only reading the item tells, or tells what is wrong with it.</returns>
    public static bool? TryFind(StreamRecord record, Slice item, string name, out AttributeValue value)
    {
        value = default;
        Span<byte> buffer = stackalloc byte[LongestName];
        if (Utf8.FromUtf16(name, buffer, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done || !AttributeText.IsPlain(buffer[..length]))
            return null;
        var json = record.Span(item);
        if (json is not [(byte)'{', ..])
            return null;
        var position = record.Scanner.FindMember(json, buffer[..length]);
        if (position == StructuralScanner.NotFound)
            return false;
        if (position == StructuralScanner.Unknown)
            return null;
        var walker = new JsonWalker(json, position, record.Scanner, []);
        if (!walker.TryTake(':') || !walker.TryTake('{') || !walker.TryTakeName(out var typeName, out _) || AttributeTypes.Parse(typeName) is not { } type
            || !walker.TryTakeValue(out var content) || !walker.TryTake('}'))
            return null;
        value = new AttributeValue(record, type, content with { Start = item.Start + content.Start });
        return true;
    }
}
