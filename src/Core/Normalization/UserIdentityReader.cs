using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Reads <c>userIdentity</c>, whose member names begin in upper case on the Streams wire and in lower case in Lambda's event.</summary>
internal static class UserIdentityReader
{
    public static UserIdentity Read(ReadOnlySpan<byte> utf8)
    {
        var reader = RecordIndex.NewReader(utf8);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RecordFormatException($"an object is expected and {reader.TokenType} was found", "userIdentity");

        string? type = null;
        string? principal = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.IsName(ref reader, "type"u8) || JsonText.IsName(ref reader, "Type"u8))
                type = Text(ref reader) ?? type;
            else if (JsonText.IsName(ref reader, "principalId"u8) || JsonText.IsName(ref reader, "PrincipalId"u8))
                principal = Text(ref reader) ?? principal;
            else
                reader.Skip();
        }

        return new UserIdentity(type, principal);
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = JsonText.Decode(ref reader, out var error);
        if (error is not null)
            throw new RecordFormatException("the text is not valid", "userIdentity", error);
        reader.Skip();
        return text;
    }
}
