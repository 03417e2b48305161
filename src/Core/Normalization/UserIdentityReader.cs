using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Reads <c>userIdentity</c>, whose member names begin in upper case on the Streams wire and in lower case in Lambda's event.</summary>
internal static class UserIdentityReader
{
    public static UserIdentity Read(StreamRecord record, Slice slice)
    {
        var reader = new TypedReader(record, slice);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw reader.Unexpected("a JSON object");

        string? type = null;
        string? principal = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsName("type"u8) || reader.IsName("Type"u8))
                type = Text(ref reader) ?? type;
            else if (reader.IsName("principalId"u8) || reader.IsName("PrincipalId"u8))
                principal = Text(ref reader) ?? principal;
            else
                reader.SkipMember();
        }

        return new UserIdentity(type, principal);
    }

    /// <summary>Gives the text of the member whose name has been read; null for any other value.</summary>
    private static string? Text(ref TypedReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.StrictText();
        reader.Skip();
        return null;
    }
}
