using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>Writes the requests' JSON.</summary>
internal static class StreamsRequests
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StreamsCall ListStreams(string tableName, StreamArn? startAfter) => Call(StreamsCall.ListStreams, writer =>
    {
        writer.WriteString("TableName", tableName);
        if (startAfter is { } after)
            writer.WriteString("ExclusiveStartStreamArn", after.Value);
    });

    public static StreamsCall DescribeStream(StreamArn stream, ShardId? startAfter, ShardId? childrenOf) => Call(StreamsCall.DescribeStream, writer =>
    {
        writer.WriteString("StreamArn", stream.Value);
        if (startAfter is { } after)
            writer.WriteString("ExclusiveStartShardId", after.Value);
        if (childrenOf is { } parent)
        {
            writer.WriteStartObject("ShardFilter");
            writer.WriteString("Type", "CHILD_SHARDS");
            writer.WriteString("ShardId", parent.Value);
            writer.WriteEndObject();
        }
    });

    public static StreamsCall GetShardIterator(StreamArn stream, ShardId shard, IteratorStart start) => Call(StreamsCall.GetShardIterator, writer =>
    {
        writer.WriteString("StreamArn", stream.Value);
        writer.WriteString("ShardId", shard.Value);
        writer.WriteString("ShardIteratorType", start.Type switch
        {
            IteratorType.TrimHorizon => "TRIM_HORIZON",
            IteratorType.Latest => "LATEST",
            IteratorType.AtSequenceNumber => "AT_SEQUENCE_NUMBER",
            IteratorType.AfterSequenceNumber => "AFTER_SEQUENCE_NUMBER",
            _ => throw new ArgumentOutOfRangeException(nameof(start), start.Type, "This kind of start is not known."),
        });
        if (start.SequenceNumber is { } number)
            writer.WriteString("SequenceNumber", number.ToWireString());
    });

    public static StreamsCall GetRecords(string shardIterator, int? limit) => Call(StreamsCall.GetRecords, writer =>
    {
        writer.WriteString("ShardIterator", shardIterator);
        if (limit is { } most)
            writer.WriteNumber("Limit", most);
    });

    private static StreamsCall Call(string operation, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return new StreamsCall(operation, buffer.WrittenSpan.ToArray());
    }
}
