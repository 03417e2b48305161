using System.Runtime.InteropServices;

namespace StreamWorker.Normalization;

/// <summary>Makes plain .NET values of typed attribute values, in one pass over them. Depth is bounded by that of the reader.</summary>
internal static class PlainValues
{
    // Room that most maps need once; more is made when it is needed.
    private const int LikelyAttributes = 7;

    public static object? Read(ref TypedReader reader, AttributeType type) => type switch
    {
        AttributeType.String => reader.Text(),
        AttributeType.Number => reader.Number().TryToDecimal(out var number) ? number : reader.Text(),
        AttributeType.Binary => reader.Bytes(),
        AttributeType.Boolean => reader.Boolean(),
        AttributeType.Null => SkipNull(ref reader),
        AttributeType.Map => ReadMap(ref reader),
        AttributeType.List => ReadList(ref reader),
        AttributeType.StringSet => ReadTexts(ref reader),
        AttributeType.NumberSet => ReadNumbers(ref reader),
        _ => ReadBinaries(ref reader),
    };

    public static Dictionary<string, object?> ReadMap(ref TypedReader reader)
    {
        reader.ExpectAttributes();
        var values = new Dictionary<string, object?>(LikelyAttributes, StringComparer.Ordinal);
        while (reader.ReadName())
        {
            ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(values, reader.Name(), out var isRepeated);
            if (isRepeated)
            {
                reader.SkipMember();
                continue;
            }

            reader.Read();
            value = ReadTyped(ref reader);
        }

        return values;
    }

    public static HashSet<string> ReadTexts(ref TypedReader reader)
    {
        reader.ExpectArray();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadElement())
            texts.Add(reader.Text());
        return texts;
    }

    public static HashSet<byte[]> ReadBinaries(ref TypedReader reader)
    {
        reader.ExpectArray();
        var binaries = new HashSet<byte[]>(ByteContentComparer.Instance);
        while (reader.ReadElement())
            binaries.Add(reader.Bytes());
        return binaries;
    }

    private static object? ReadTyped(ref TypedReader reader)
    {
        var type = reader.EnterValue();
        var value = Read(ref reader, type);
        reader.LeaveValue(type);
        return value;
    }

    private static List<object?> ReadList(ref TypedReader reader)
    {
        reader.ExpectArray();
        var values = new List<object?>();
        while (reader.ReadElement())
            values.Add(ReadTyped(ref reader));
        return values;
    }

    /// <summary>Gives decimals when they hold every member, else the texts of all: members of one set are of one type.</summary>
    private static object ReadNumbers(ref TypedReader reader)
    {
        reader.ExpectArray();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<decimal>();
        var areDecimals = true;
        while (reader.ReadElement())
        {
            areDecimals &= reader.Number().TryToDecimal(out var number);
            numbers.Add(number);
            texts.Add(reader.Text());
        }

        return areDecimals ? numbers : texts;
    }

    private static object? SkipNull(ref TypedReader reader)
    {
        reader.Skip();
        return null;
    }
}
