using System.Text;
using System.Text.Json;

namespace StreamWorker.Worker.Import;

/// <summary>Reads JSON with the place of each value, which .NET's own document model does not keep.</summary>
internal static class JsonText
{
    public static TemplateNode Read(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = TemplateText.MaximumDepth });
        var place = new Place(bytes);
        try
        {
            reader.Read();
            var root = Value(ref reader, place);
            // Whatever follows the value is refused by the reader.
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var at = e is { LineNumber: { } line, BytePositionInLine: { } column } ? new Position((int)line + 1, (int)column + 1) : (Position?)null;
            throw new TemplateFormatException($"it is not valid JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}", at, e);
        }
        catch (InvalidOperationException e)
        {
            throw new TemplateFormatException($"it is not valid JSON: {e.Message.TrimEnd('.')}", place.Of(reader.TokenStartIndex), e);
        }
    }

    private static TemplateNode Value(ref Utf8JsonReader reader, Place place)
    {
        var at = place.Of(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(ref reader, place, at),
            JsonTokenType.StartArray => List(ref reader, place, at),
            JsonTokenType.String => new ScalarNode(at, reader.GetString()!, isQuoted: true),
            _ => new ScalarNode(at, Encoding.UTF8.GetString(reader.ValueSpan), isQuoted: false),
        };
    }

    private static MapNode Map(ref Utf8JsonReader reader, Place place, Position at)
    {
        var members = new List<KeyValuePair<string, TemplateNode>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
                throw TemplateText.Twice(name, place.Of(reader.TokenStartIndex));
            reader.Read();
            members.Add(new(name, Value(ref reader, place)));
        }

        return new MapNode(at, members);
    }

    private static ListNode List(ref Utf8JsonReader reader, Place place, Position at)
    {
        var members = new List<TemplateNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            members.Add(Value(ref reader, place));
        return new ListNode(at, members);
    }

    /// <summary>Turns an index into a line and a column. Indexes must not go back.</summary>
    private sealed class Place(byte[] bytes)
    {
        private int _line = 1;
        private int _lineStart;
        private int _seen;

        public Position Of(long index)
        {
            for (; _seen < index; _seen++)
            {
                if (bytes[_seen] == (byte)'\n')
                    (_line, _lineStart) = (_line + 1, _seen + 1);
            }

            return new Position(_line, Encoding.UTF8.GetCharCount(bytes, _lineStart, (int)index - _lineStart) + 1);
        }
    }
}
