using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamWorker.Worker.Handlers;

/// <summary>Writes a record as one line for people: time, event, key, and what changed between the images.</summary>
internal static class ChangeLine
{
    private const int LongestValue = 60;
    private const int MostAttributes = 12;

    public static void Write(IBufferWriter<byte> output, StreamRecord record)
    {
        using var json = new PooledBuffer(256);
        using var writer = new Utf8JsonWriter(json, RecordLine.WriterOptions);
        string Plain(AttributeValue value)
        {
            json.Truncate(0);
            writer.Reset();
            value.WriteTo(writer);
            writer.Flush();
            return Encoding.UTF8.GetString(json.Written.Span);
        }

        var keys = Values(record.Keys, Plain);
        var line = new StringBuilder();
        if (record.ApproximateCreationTime is { } time)
            line.Append(time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)).Append("  ");
        line.Append(RecordLine.NameOf(record.EventName)).Append("  ");
        line.AppendJoin(", ", keys.Select(key => $"{key.Key}: {key.Value}"));

        var changes = Changes(record, Plain).Where(change => !keys.ContainsKey(change.Name)).ToList();
        if (changes.Count > 0)
            line.Append("  ").AppendJoin(", ", changes.Take(MostAttributes).Select(change => change.Text));
        if (changes.Count > MostAttributes)
            line.Append(CultureInfo.InvariantCulture, $" and {changes.Count - MostAttributes} more");
        if (record.IsTimeToLiveDelete)
            line.Append("  (time to live)");
        Encoding.UTF8.GetBytes(line.ToString(), output);
    }

    private static IEnumerable<(string Name, string Text)> Changes(StreamRecord record, Func<AttributeValue, string> plain)
    {
        var before = record.OldImage is { } old ? Values(old, plain) : null;
        var after = record.NewImage is { } now ? Values(now, plain) : null;
        if (before is null || after is null)
            return (after ?? before ?? []).Select(value => (value.Key, $"{Name(value.Key)}: {Short(value.Value)}"));
        return after
            .Where(value => !before.TryGetValue(value.Key, out var was) || was != value.Value)
            .Select(value => (value.Key, before.TryGetValue(value.Key, out var was)
                ? $"{Name(value.Key)}: {Short(was)} -> {Short(value.Value)}"
                : $"+{Name(value.Key)}: {Short(value.Value)}"))
            .Concat(before.Where(value => !after.ContainsKey(value.Key)).Select(value => (value.Key, $"-{Name(value.Key)}: {Short(value.Value)}")));
    }

    /// <summary>Gives every attribute as plain JSON: escaped, so that no value can break the line or command a terminal.</summary>
    private static Dictionary<string, string> Values(Item item, Func<AttributeValue, string> plain)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in item)
            values[name] = plain(value);
        return values;
    }

    private static string Name(string name) => name.Any(char.IsControl) ? JsonEncodedText.Encode(name).ToString() : name;

    private static string Short(string value)
    {
        if (value.Length <= LongestValue)
            return value;
        var end = char.IsHighSurrogate(value[LongestValue - 2]) ? LongestValue - 2 : LongestValue - 1;
        return $"{value[..end]}…";
    }
}
