using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Failures;

/// <summary>Writes what Lambda's event source mapping sends to an <c>OnFailure</c> destination, member by member and in its order.</summary>
/// <remarks>
/// The member <c>functionArn</c> is <see cref="FunctionArnOf"/> here. A record that lacks its sequence number or its time, or has one that cannot be read, leaves that member null:
/// a malformed record can be given up, too.
/// </remarks>
public static class FailureBody
{
    private const string ArnPrefix = "streamworker:";

    // Quotes of the event inside the message as \" and not as six characters each.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gives what stands for a function's ARN: <c>streamworker:APPLICATION:CONSUMER</c>, the same from every worker and after every restart.</summary>
    /// <param name="application">The application.</param>
    /// <param name="consumer">The consumer.</param>
    /// <returns>The text.</returns>
    public static string FunctionArnOf(string application, string consumer) => $"{ArnPrefix}{application}:{consumer}";

    /// <summary>Writes the message that SQS and SNS get: no records, only where they are in the stream.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="batch">The records.</param>
    /// <param name="application">The application whose consumer gave them up.</param>
    public static void WriteMessage(IBufferWriter<byte> output, DiscardedBatch batch, string application)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        WriteMembers(json, batch, application);
        json.WriteEndObject();
    }

    /// <summary>Writes the object that S3 gets: the same members, and <c>payload</c> with the event that the handler was given, as text.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="batch">The records.</param>
    /// <param name="application">The application whose consumer gave them up.</param>
    public static void WriteObject(IBufferWriter<byte> output, DiscardedBatch batch, string application)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        WriteMembers(json, batch, application);
        json.WriteString("payload", EventOf(batch.Records, out _).Span);
        json.WriteEndObject();
    }

    /// <summary>Gives the key of the object in S3: <c>aws/lambda/CONSUMER/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-REQUEST</c>, in UTC. Lambda has its mapping's id where the consumer's name is.</summary>
    /// <param name="batch">The records.</param>
    /// <returns>The key. The id of the request makes it unique.</returns>
    public static string ObjectKeyOf(DiscardedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ObjectPrefixOf(batch.Consumer)}{batch.ShardId}/{batch.Timestamp.UtcDateTime:yyyy'/'MM'/'dd'/'yyyy-MM-dd'T'HH'.'mm'.'ss}-{batch.RequestId:D}");
    }

    /// <summary>Gives what the keys of all objects of a consumer begin with.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <returns>The prefix.</returns>
    public static string ObjectPrefixOf(string consumer) => $"aws/lambda/{consumer}/";

    /// <summary>Reads the records of an object or a file. Lambda writes <c>payload</c> as text and emulators as an object: both are read.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <returns>The records; null when there are none in it, as in a message.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static RecordPage? ReadRecords(ReadOnlyMemory<byte> utf8)
    {
        if (!FailureBodyReader.TryRead(utf8, out var notice, out var payload, out var fault))
            throw new InvalidDataException($"It cannot be read: {fault}.");
        return payload is { } records ? ReadRecords(records, notice.Stream) : null;
    }

    /// <summary>Reads the records of an event that is kept apart from what is known about it.</summary>
    /// <param name="payload">The event's JSON.</param>
    /// <param name="stream">The stream, for records that do not name it.</param>
    /// <returns>The records.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static RecordPage ReadRecords(ReadOnlyMemory<byte> payload, StreamArn stream)
    {
        try
        {
            return RecordPage.Parse(payload, stream);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The records cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Gives the event that the handler was given: every byte of its records, and a note of their stream where they lack it.</summary>
    /// <param name="records">The records.</param>
    /// <returns>Lambda's event; where a record is no JSON, the records as they were received.</returns>
    public static ReadOnlyMemory<byte> EventOf(IReadOnlyList<StreamRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return EventOf(records, out _);
    }

    /// <summary>Gives the event that the handler was given. Where a record is no JSON, all are written as they were received.</summary>
    internal static ReadOnlyMemory<byte> EventOf(IReadOnlyList<StreamRecord> records, out bool isJson)
    {
        var utf8 = new ArrayBufferWriter<byte>(records.Sum(static record => record.Utf8Json.Length + 256));
        isJson = true;
        try
        {
            LambdaEvent.Write(utf8, records);
            return utf8.WrittenMemory;
        }
        catch (RecordFormatException)
        {
            isJson = false;
        }

        utf8.ResetWrittenCount();
        utf8.Write("{\"Records\":["u8);
        for (var i = 0; i < records.Count; i++)
        {
            if (i > 0)
                utf8.Write(","u8);
            utf8.Write(records[i].Utf8Json.Span);
        }

        utf8.Write("]}"u8);
        return utf8.WrittenMemory;
    }

    internal static void WriteMembers(Utf8JsonWriter json, DiscardedBatch batch, string application)
    {
        json.WriteStartObject("requestContext");
        json.WriteString("requestId", batch.RequestId.ToString("D"));
        json.WriteString("functionArn", FunctionArnOf(application, batch.Consumer));
        json.WriteString("condition", batch.Condition.ToString());
        json.WriteNumber("approximateInvokeCount", batch.ApproximateInvokeCount);
        json.WriteEndObject();
        if (batch.Condition != DiscardCondition.RecordAgeExceeded)
            WriteResponse(json, batch);

        json.WriteString("version", "1.0");
        json.WriteString("timestamp", batch.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("DDBStreamBatchInfo");
        json.WriteString("shardId", batch.ShardId.ToString());
        json.WriteString("startSequenceNumber", NumberOf(batch.Records[0])?.ToString());
        json.WriteString("endSequenceNumber", NumberOf(batch.Records[^1])?.ToString());
        json.WriteString("approximateArrivalOfFirstRecord", ArrivalOf(batch.Records[0]));
        json.WriteString("approximateArrivalOfLastRecord", ArrivalOf(batch.Records[^1]));
        json.WriteNumber("batchSize", batch.Records.Count);
        json.WriteString("streamArn", batch.Stream.ToString());
        json.WriteEndObject();
    }

    /// <summary>Reads <see cref="FunctionArnOf"/> back.</summary>
    internal static (string? Application, string? Consumer) OwnerOf(string? functionArn) =>
        functionArn is not null && functionArn.StartsWith(ArnPrefix, StringComparison.Ordinal) && functionArn[ArnPrefix.Length..].Split(':') is [var application, var consumer]
            ? (application, consumer)
            : (null, null);

    /// <summary>Gives a record's position; null when it has none that can be read.</summary>
    internal static SequenceNumber? NumberOf(StreamRecord record) => record.HasSequenceNumber ? record.SequenceNumber : null;

    private static void WriteResponse(Utf8JsonWriter json, DiscardedBatch batch)
    {
        json.WriteStartObject("responseContext");
        json.WriteNumber("statusCode", 200);
        json.WriteString("executedVersion", "$LATEST");
        json.WriteString("functionError", batch.IsFunctionError ? "Unhandled" : null);
        json.WriteEndObject();
    }

    private static string? ArrivalOf(StreamRecord record)
    {
        try
        {
            return record.ApproximateCreationTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }
}
