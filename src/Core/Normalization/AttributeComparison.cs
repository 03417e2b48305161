namespace StreamWorker.Normalization;

/// <summary>
/// Tells whether two values are the same to DynamoDB, however they are written: numbers by value, bytes and sets by content, maps without order. Depth is bounded by that of
/// the reader, and no comparison looks at a member more than once a level.
/// </summary>
internal static class AttributeComparison
{
    public static bool AreEqual(AttributeValue one, AttributeValue other)
    {
        if (one.Type != other.Type)
            return false;
        if (AreWrittenAlike(one, other))
            return true;
        return one.Type switch
        {
            AttributeType.String => one.AsString() == other.AsString(),
            AttributeType.Number => Number(one).Equals(Number(other)),
            AttributeType.Binary => one.AsBytes().AsSpan().SequenceEqual(other.AsBytes()),
            AttributeType.Boolean => one.AsBoolean() == other.AsBoolean(),
            AttributeType.Null => true,
            AttributeType.Map => AreEqual(one.AsMap(), other.AsMap()),
            AttributeType.List => AreEqual(one.AsList(), other.AsList()),
            AttributeType.StringSet => one.AsStringSet().SetEquals(other.AsStringSet()),
            AttributeType.NumberSet => Numbers(one).SetEquals(Numbers(other)),
            _ => one.AsBinarySet().SetEquals(other.AsBinarySet()),
        };
    }

    /// <summary>Tells whether two values were received in the same bytes, which is quick to see and mostly so.</summary>
    public static bool AreWrittenAlike(AttributeValue one, AttributeValue other) => one.Type == other.Type && one.Content.SequenceEqual(other.Content);

    private static bool AreEqual(Item one, Item other)
    {
        var members = one.ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
        var count = 0;
        foreach (var (name, value) in other)
        {
            count++;
            if (!members.TryGetValue(name, out var match) || !AreEqual(match, value))
                return false;
        }

        return count == members.Count;
    }

    private static bool AreEqual(IReadOnlyList<AttributeValue> one, IReadOnlyList<AttributeValue> other)
    {
        if (one.Count != other.Count)
            return false;
        for (var i = 0; i < one.Count; i++)
        {
            if (!AreEqual(one[i], other[i]))
                return false;
        }

        return true;
    }

    private static object Number(AttributeValue value)
    {
        var reader = value.Expect(AttributeType.Number);
        return Number(ref reader);
    }

    private static HashSet<object> Numbers(AttributeValue value)
    {
        var reader = value.Expect(AttributeType.NumberSet);
        reader.ExpectArray();
        var numbers = new HashSet<object>();
        while (reader.ReadElement())
            numbers.Add(Number(ref reader));
        return numbers;
    }

    /// <summary>Gives a number by its value; text that DynamoDB would not have taken for one stands for itself.</summary>
    private static object Number(ref TypedReader reader) => reader.TryGetNumber(out var number) == NumberFault.None ? number : reader.Text();
}
