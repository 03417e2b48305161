using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>
/// Says where in a record something is. The path is found from the position alone, by walking down from the record, so that values need not carry it:
/// it is wanted when something is wrong, and then once.
/// </summary>
internal static class AttributePath
{
    // Paths are for people and logs. A name has up to 64 KB, and nothing but the depth stops a hostile record from nesting such names.
    private const int LongestPath = 500;

    /// <summary>Gives the path of the innermost value that the position in the received bytes belongs to.</summary>
    public static string Of(StreamRecord record, int position)
    {
        var envelope = record.Envelope;
        var path = OfImage(record, envelope.NewImage, "dynamodb.NewImage", position)
            ?? OfImage(record, envelope.OldImage, "dynamodb.OldImage", position)
            ?? OfImage(record, envelope.Keys, "dynamodb.Keys", position)
            ?? OfMember(envelope, position);
        return path.Length <= LongestPath ? path : $"{path.AsSpan(0, LongestPath)}…";
    }

    /// <summary>Adds the name of an attribute to a path: behind a dot, or in brackets and quotes where it would be misread.</summary>
    public static StringBuilder AppendName(this StringBuilder path, string name)
    {
        var isPlain = name.Length > 0;
        for (var i = 0; isPlain && i < name.Length; i++)
            isPlain = name[i] is not (' ' or '.' or '[' or ']' or '\'' or '"' or '\\') && !IsUnprintable(name, i);
        return isPlain
            ? (path.Length == 0 ? path : path.Append('.')).Append(name)
            : path.Append('[').AppendQuoted(name).Append(']');
    }

    /// <summary>Adds the place of an element in a list to a path.</summary>
    public static StringBuilder AppendIndex(this StringBuilder path, int index) => path.Append(CultureInfo.InvariantCulture, $"[{index}]");

    /// <summary>Adds received text in quotes, without what would end them, break a line or be no text.</summary>
    public static StringBuilder AppendQuoted(this StringBuilder path, ReadOnlySpan<char> text)
    {
        path.Append('\'');
        for (var i = 0; i < text.Length; i++)
        {
            if (IsUnprintable(text, i))
                path.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                path.Append(text[i] is '\'' or '\\' ? "\\" : "").Append(text[i]);
        }

        return path.Append('\'');
    }

    private static bool IsUnprintable(ReadOnlySpan<char> text, int index)
    {
        var unit = text[index];
        if (!char.IsSurrogate(unit))
            return char.IsControl(unit) || unit is '\u2028' or '\u2029';
        var isInPair = char.IsHighSurrogate(unit)
            ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            : index > 0 && char.IsHighSurrogate(text[index - 1]);
        return !isInPair;
    }

    private static string OfMember(in RecordEnvelope envelope, int position) =>
        Holds(envelope.EventId, position) ? "eventID"
        : Holds(envelope.EventName, position) ? "eventName"
        : Holds(envelope.Region, position) ? "awsRegion"
        : Holds(envelope.SourceArn, position) ? "eventSourceARN"
        : Holds(envelope.UserIdentity, position) ? "userIdentity"
        : Holds(envelope.CreationTime, position) ? "dynamodb.ApproximateCreationDateTime"
        : Holds(envelope.Size, position) ? "dynamodb.SizeBytes"
        : Holds(envelope.ViewType, position) ? "dynamodb.StreamViewType"
        : "(record)";

    private static bool Holds(Slice slice, int position) => position >= slice.Start && position < slice.Start + slice.Length;

    private static string? OfImage(StreamRecord record, Slice image, string name, int position)
    {
        if (!Holds(image, position))
            return null;
        var path = new StringBuilder(name);
        try
        {
            var reader = new Utf8JsonReader(record.Span(image), new JsonReaderOptions { MaxDepth = 2 * TypedReader.MaximumDepth });
            reader.Read();
            while (reader.TokenStartIndex < position - image.Start && Enter(ref reader, path, position - image.Start))
            {
                // One level deeper: the reader stands on the map or list that holds the position.
            }
        }
        catch (JsonException)
        {
            // What is malformed begins here: the path leads to it.
        }

        return path.ToString();
    }

    /// <summary>Moves from the beginning of a map or list to the content of the member that holds the position, and adds that member to the path.</summary>
    private static bool Enter(ref Utf8JsonReader reader, StringBuilder path, int position)
    {
        var isMap = reader.TokenType == JsonTokenType.StartObject;
        if (!isMap && reader.TokenType != JsonTokenType.StartArray)
            return false;
        for (var index = 0; reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray); index++)
        {
            var name = isMap ? AttributeText.Decode(ref reader, out _) ?? "\uFFFD" : null;
            if (isMap)
                reader.Read();
            if (reader.TokenStartIndex > position)
                return false;
            var value = reader;
            if (Skip(ref reader) && reader.BytesConsumed <= position)
                continue;
            reader = value;
            path = isMap ? path.AppendName(name!) : path.AppendIndex(index);
            return reader.TokenStartIndex < position && EnterValue(ref reader);
        }

        return false;
    }

    /// <summary>Moves from the beginning of a typed value to that of its content.</summary>
    private static bool EnterValue(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject
        && reader.Read()
        && reader.TokenType == JsonTokenType.PropertyName
        && AttributeTypes.Parse(ref reader) is AttributeType.Map or AttributeType.List
        && reader.Read();

    private static bool Skip(ref Utf8JsonReader reader)
    {
        try
        {
            reader.Skip();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
