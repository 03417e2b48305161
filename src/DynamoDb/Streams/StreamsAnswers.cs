using System.Text.Json;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>Reads the control operations' answers.</summary>
/// <remarks>An answer of another shape is a <see cref="JsonException"/> that names the member.</remarks>
internal static class StreamsAnswers
{
    public static StreamListing ListStreams(ReadOnlyMemory<byte> utf8) => Read(utf8, ReadStreams);

    public static StreamDescription DescribeStream(ReadOnlyMemory<byte> utf8, DateTimeOffset? serviceTime) => Read(utf8, root => ReadDescription(root, serviceTime));

    public static string GetShardIterator(ReadOnlyMemory<byte> utf8) => Read(utf8, root => Text(root, "ShardIterator") ?? throw Missing("ShardIterator"));

    /// <summary>Reads an answer. Text that is not valid is found only when it is decoded, and then raises no <see cref="JsonException"/> by itself.</summary>
    private static T Read<T>(ReadOnlyMemory<byte> utf8, Func<JsonElement, T> read)
    {
        using var json = JsonDocument.Parse(utf8);
        try
        {
            return read(Object(json.RootElement, "the answer"));
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text in the answer is not valid.", e);
        }
    }

    private static StreamListing ReadStreams(JsonElement root)
    {
        var streams = new List<StreamArn>();
        foreach (var element in Members(root, "Streams"))
            streams.Add(Arn(Object(element, "Streams"), "StreamArn") ?? throw Missing("Streams.StreamArn"));
        return new StreamListing(streams, Arn(root, "LastEvaluatedStreamArn"));
    }

    private static StreamDescription ReadDescription(JsonElement root, DateTimeOffset? serviceTime)
    {
        var description = Member(root, "StreamDescription") is { } member
            ? Object(member, "StreamDescription")
            : throw Missing("StreamDescription");
        var shards = new List<Shard>();
        foreach (var element in Members(description, "Shards"))
            shards.Add(ReadShard(Object(element, "Shards")));
        return new StreamDescription(
            Arn(description, "StreamArn") ?? throw Missing("StreamArn"),
            Text(description, "StreamStatus") switch
            {
                "ENABLING" => StreamStatus.Enabling,
                "ENABLED" => StreamStatus.Enabled,
                "DISABLING" => StreamStatus.Disabling,
                "DISABLED" => StreamStatus.Disabled,
                var other => throw new JsonException($"StreamStatus is '{other}': ENABLING, ENABLED, DISABLING or DISABLED is expected."),
            },
            Text(description, "StreamViewType"),
            shards,
            Id(description, "LastEvaluatedShardId"),
            serviceTime);
    }

    private static Shard ReadShard(JsonElement shard)
    {
        var range = Member(shard, "SequenceNumberRange");
        return new Shard(
            Id(shard, "ShardId") ?? throw Missing("Shards.ShardId"),
            Id(shard, "ParentShardId"),
            range is { } from ? Number(Object(from, "SequenceNumberRange"), "StartingSequenceNumber") : null,
            range is { } to ? Number(to, "EndingSequenceNumber") : null);
    }

    private static StreamArn? Arn(JsonElement element, string name) => Text(element, name) is not { Length: > 0 } text
        ? null
        : StreamArn.TryParse(text, out var arn) ? arn : throw new JsonException($"{name} is '{text}', which is not the ARN of a stream.");

    private static ShardId? Id(JsonElement element, string name) => Text(element, name) is { Length: > 0 } text ? new ShardId(text) : null;

    private static SequenceNumber? Number(JsonElement element, string name) => Text(element, name) is not { Length: > 0 } text
        ? null
        : SequenceNumber.TryParse(text, out var number) ? number : throw new JsonException($"{name} is '{text}', which is not a sequence number.");

    private static string? Text(JsonElement element, string name) => Member(element, name) is not { } member
        ? null
        : member.ValueKind == JsonValueKind.String ? member.GetString() : throw new JsonException($"{name} is not a text.");

    private static JsonElement.ArrayEnumerator Members(JsonElement element, string name) => Member(element, name) is not { } member
        ? default
        : member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : throw new JsonException($"{name} is not a list.");

    private static JsonElement? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new JsonException($"{name} is not an object.");

    private static JsonException Missing(string name) => new($"{name} is missing.");
}
