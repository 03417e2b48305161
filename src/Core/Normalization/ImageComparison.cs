using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Finds what differs between the old and the new image of a record.</summary>
internal sealed class ImageComparison
{
    private readonly List<AttributeChange> _changes = [];

    public static IReadOnlyList<AttributeChange> Changes(StreamRecord record)
    {
        var (before, after) = Images(record);
        var comparison = new ImageComparison();
        comparison.CompareMaps(Members(before), Members(after), null);
        return comparison._changes;
    }

    public static bool HasChanged(StreamRecord record, string path)
    {
        var place = ItemPath.Parse(path);
        var (before, after) = Images(record);
        return (before is null ? null : ItemPath.Find(before, place), after is null ? null : ItemPath.Find(after, place)) switch
        {
            (null, null) => false,
            ({ } one, { } other) => !AttributeComparison.AreEqual(one, other),
            _ => true,
        };
    }

    /// <summary>Gives the images that the change has. An item that was not there before, or is not any more, has none on that side.</summary>
    private static (Item? Before, Item? After) Images(StreamRecord record)
    {
        var name = record.EventName;
        return (name == EventName.Insert ? null : record.OldImage ?? throw Missing(record, "dynamodb.OldImage"),
            name == EventName.Remove ? null : record.NewImage ?? throw Missing(record, "dynamodb.NewImage"));
    }

    private static List<KeyValuePair<string, AttributeValue>> Members(Item? item) => item is null ? [] : [.. item];

    private static RecordFormatException Missing(StreamRecord record, string path) => RecordFault.In(
        record,
        path,
        $"the image is needed to tell what has changed and is missing: the stream carries {record.StreamViewType ?? "an unknown view"}, its StreamViewType must be NEW_AND_OLD_IMAGES");

    /// <summary>Compares member by member: first what the new map has, in its order, then what it has no more.</summary>
    private void CompareMaps(List<KeyValuePair<string, AttributeValue>> before, List<KeyValuePair<string, AttributeValue>> after, AttributePlace? place)
    {
        var gone = before.ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
        foreach (var (name, value) in after)
        {
            if (!gone.Remove(name, out var was))
                _changes.Add(new AttributeChange(new AttributePlace(place, name), null, value));
            else if (!AttributeComparison.AreWrittenAlike(was, value))
                CompareValues(was, value, new AttributePlace(place, name));
        }

        foreach (var (name, value) in before)
        {
            if (gone.ContainsKey(name))
                _changes.Add(new AttributeChange(new AttributePlace(place, name), value, null));
        }
    }

    /// <summary>Compares element by element: an element that was put in front makes all that follow different.</summary>
    private void CompareLists(IReadOnlyList<AttributeValue> before, IReadOnlyList<AttributeValue> after, AttributePlace place)
    {
        for (var i = 0; i < after.Count; i++)
        {
            if (i >= before.Count)
                _changes.Add(new AttributeChange(new AttributePlace(place, i), null, after[i]));
            else if (!AttributeComparison.AreWrittenAlike(before[i], after[i]))
                CompareValues(before[i], after[i], new AttributePlace(place, i));
        }

        // From the end: who applies the changes in order then takes off the last element each time.
        for (var i = before.Count - 1; i >= after.Count; i--)
            _changes.Add(new AttributeChange(new AttributePlace(place, i), before[i], null));
    }

    private void CompareValues(AttributeValue before, AttributeValue after, AttributePlace place)
    {
        if (before.Type == AttributeType.Map && after.Type == AttributeType.Map)
            CompareMaps(Members(before.AsMap()), Members(after.AsMap()), place);
        else if (before.Type == AttributeType.List && after.Type == AttributeType.List)
            CompareLists(before.AsList(), after.AsList(), place);
        else if (!AttributeComparison.AreEqual(before, after))
            _changes.Add(new AttributeChange(place, before, after));
    }
}
