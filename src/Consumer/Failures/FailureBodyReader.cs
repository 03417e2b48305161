using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>Reads what <see cref="FailureBody"/>, Lambda's mapping and its emulators write.</summary>
internal static class FailureBodyReader
{
    /// <summary>Reads a body, and the event in it where it has one: as text, as an object, or as bytes.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out DiscardNotice? notice, out ReadOnlyMemory<byte>? payload, [NotNullWhen(false)] out string? fault)
    {
        (notice, payload, fault) = (null, null, null);
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var root = json.RootElement;
            if (Text(root, "Type") == "Notification" && Text(root, "Message") is { } message)
                return TryRead(Encoding.UTF8.GetBytes(message), out notice, out payload, out fault);
            (notice, fault) = Read(root);
            if (notice is not null)
                payload = Payload(root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            (notice, fault) = (null, $"it is not the JSON that is expected: {e.Message}");
        }

        fault ??= notice is null ? "it tells of no records" : null;
        return notice is not null;
    }

    private static (DiscardNotice? Notice, string? Fault) Read(JsonElement root)
    {
        if (Member(root, "DDBStreamBatchInfo") is not { } batch)
            return (null, "it has no DDBStreamBatchInfo: it was not written for records of a DynamoDB stream");
        if (!StreamArn.TryParse(Text(batch, "streamArn"), out var stream))
            return (null, $"its streamArn is '{Text(batch, "streamArn")}'");
        if (Text(batch, "shardId") is not { Length: > 0 } shard)
            return (null, "it has no shardId");
        var request = Member(root, "requestContext");
        var condition = Text(request, "condition");
        if (!Enum.TryParse<DiscardCondition>(condition, out var known))
            return (null, $"its condition is '{condition}'");
        return (new DiscardNotice
        {
            FunctionArn = Text(request, "functionArn") ?? "",
            Stream = stream,
            ShardId = new ShardId(shard),
            First = Position(batch, "startSequenceNumber"),
            Last = Position(batch, "endSequenceNumber"),
            Count = Number(batch, "batchSize"),
            Condition = known,
            ApproximateInvokeCount = Number(request, "approximateInvokeCount"),
            Timestamp = DateTimeOffset.TryParse(Text(root, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default,
            Error = Text(root, "error"),
        }, null);
    }

    private static ReadOnlyMemory<byte>? Payload(JsonElement root)
    {
        if (Text(root, FolderFile.Bytes) is { } bytes)
            return Convert.FromBase64String(bytes);
        return Member(root, FolderFile.Event) switch
        {
            { ValueKind: JsonValueKind.String } text => Encoding.UTF8.GetBytes(text.GetString()!),
            { ValueKind: JsonValueKind.Object } value => JsonMarshal.GetRawUtf8Value(value).ToArray(),
            // Null without a type would be taken for an empty array.
            _ => (ReadOnlyMemory<byte>?)null,
        };
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static int Number(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : 0;

    private static SequenceNumber? Position(JsonElement batch, string name) => SequenceNumber.TryParse(Text(batch, name), out var number) ? number : null;
}
