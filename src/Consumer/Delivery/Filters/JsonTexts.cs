using System.Text.Json;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Reads the names and texts of a pattern, whose escapes need not make valid text.</summary>
internal static class JsonTexts
{
    private const int LongestQuote = 60;

    public static string NameOf(JsonProperty member, string[] path)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw new FilterPatternException(string.Join('.', path), "the name of a member is not valid text", "E22", e);
        }
    }

    public static string TextOf(JsonElement value, string place)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FilterPatternException(place, "the text is not valid", "E22", e);
        }
    }

    /// <summary>Gives a value as it is written, for a message.</summary>
    public static string Quote(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}…";
    }
}
