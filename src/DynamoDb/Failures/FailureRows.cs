using System.Globalization;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.DynamoDb.Leases;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>
/// The rows of a batch in a table: what is known about it in the first row, and the event's bytes in that row and as many more as they take. The same batch has the same rows
/// each time. The first row is written last and deleted first: a batch whose first row is there is complete.
/// </summary>
internal static class FailureRows
{
    /// <summary>How many bytes of the event a row has: the service takes 400 KB with everything else in it.</summary>
    public const int MaximumPartBytes = 350 * 1024;

    public const string Parts = "parts";

    private const int MaximumErrorLength = 4_000;
    private const string FunctionArn = "functionArn";
    private const string Stream = "streamArn";
    private const string Shard = "shardId";
    private const string First = "startSequenceNumber";
    private const string Last = "endSequenceNumber";
    private const string Count = "batchSize";
    private const string Condition = "condition";
    private const string InvokeCount = "approximateInvokeCount";
    private const string Timestamp = "timestamp";
    private const string Error = "error";
    private const string Payload = "payload";
    private const string PayloadBytes = "payloadBytes";

    /// <summary>Gets the attributes of a first row but for the event's bytes.</summary>
    public static IReadOnlyList<string> Head { get; } =
        [Attributes.PartitionKey, Attributes.SortKey, Parts, PayloadBytes, FunctionArn, Stream, Shard, First, Last, Count, Condition, InvokeCount, Timestamp, Error];

    /// <summary>Gives all rows of a batch in the order in which they are written.</summary>
    public static IReadOnlyList<Row> Write(DiscardedBatch batch, string application)
    {
        var payload = FailureBody.EventOf(batch.Records).ToArray();
        var parts = payload.Chunk(MaximumPartBytes).ToList();
        var partition = $"{application}/{batch.Consumer}";
        var sort = SortOf(batch);
        var rows = new List<Row>(parts.Count);
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var row = Attributes.Key(partition, PartOf(sort, i));
            row[Payload] = new RowValue { B = new MemoryStream(parts[i], writable: false) };
            if (i == 0)
                WriteHead(row, batch, application, parts.Count, payload.Length);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Gives what a listed first row tells.</summary>
    public static ArchivedBatch Read(Row row)
    {
        var id = IdOf(row);
        if (!StreamArn.TryParse(Text(row, Stream), out var stream) || Text(row, Shard) is not { } shard || Text(row, FunctionArn) is not { } function
            || !Enum.TryParse<DiscardCondition>(Text(row, Condition), out var condition))
        {
            return new ArchivedBatch(id, null, "the row lacks its stream, shard, function or condition");
        }

        return new ArchivedBatch(id, new DiscardNotice
        {
            FunctionArn = function,
            Stream = stream,
            ShardId = new ShardId(shard),
            First = Position(row, First),
            Last = Position(row, Last),
            Count = Number(row, Count),
            Condition = condition,
            ApproximateInvokeCount = Number(row, InvokeCount),
            Timestamp = DateTimeOffset.TryParse(Text(row, Timestamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default,
            Error = Text(row, Error),
        });
    }

    /// <summary>Puts the event together again.</summary>
    /// <param name="rows">All rows of a batch, in order.</param>
    /// <exception cref="InvalidDataException">A row is missing.</exception>
    public static byte[] ReadPayload(IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0 || !rows[0].ContainsKey(Parts))
            throw new InvalidDataException("The row is there no more.");
        using var payload = new MemoryStream();
        foreach (var row in rows.Take(Number(rows[0], Parts)))
            row[Payload].B.CopyTo(payload);
        return payload.Length == Number(rows[0], PayloadBytes)
            ? payload.ToArray()
            : throw new InvalidDataException($"The rows have {payload.Length} bytes of records, and {Number(rows[0], PayloadBytes)} are expected.");
    }

    /// <summary>Gives the keys that a name stands for: the partition, and what the sort keys of all its rows begin with.</summary>
    public static (string Partition, string SortPrefix) KeysOf(string id)
    {
        var space = id.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 ? (id[..space], $"{id[(space + 1)..]}/") : throw new InvalidDataException($"'{id}' names no row.");
    }

    /// <summary>Gives the name of a batch: partition key and sort key without its part.</summary>
    private static string IdOf(Row row)
    {
        var sort = row[Attributes.SortKey].S;
        return $"{row[Attributes.PartitionKey].S} {sort[..Math.Max(0, sort.LastIndexOf('/'))]}";
    }

    private static void WriteHead(Row row, DiscardedBatch batch, string application, int parts, int bytes)
    {
        row[Parts] = Attributes.Number(parts);
        row[PayloadBytes] = Attributes.Number(bytes);
        row[FunctionArn] = Attributes.Text(FailureBody.FunctionArnOf(application, batch.Consumer));
        row[Stream] = Attributes.Text(batch.Stream.ToString());
        row[Shard] = Attributes.Text(batch.ShardId.ToString());
        if (NumberOf(batch.Records[0]) is { } first)
            row[First] = Attributes.Text(first);
        if (NumberOf(batch.Records[^1]) is { } last)
            row[Last] = Attributes.Text(last);
        row[Count] = Attributes.Number(batch.Records.Count);
        row[Condition] = Attributes.Text(batch.Condition.ToString());
        row[InvokeCount] = Attributes.Number(batch.ApproximateInvokeCount);
        row[Timestamp] = Attributes.Text(batch.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(batch.Error))
            row[Error] = Attributes.Text(batch.Error.Length > MaximumErrorLength ? batch.Error[..MaximumErrorLength] : batch.Error);
    }

    /// <summary>Gives the sort key without its part: <c>TABLE/LABEL/SHARD/FIRST-LAST</c>, whose order within a shard is the stream's.</summary>
    private static string SortOf(DiscardedBatch batch) =>
        $"{batch.Stream.TableName}/{batch.Stream.Label}/{batch.ShardId}/{PaddedOf(batch.Records[0], batch)}-{PaddedOf(batch.Records[^1], batch)}";

    private static string PartOf(string sort, int part) => string.Create(CultureInfo.InvariantCulture, $"{sort}/{part:D4}");

    private static string PaddedOf(StreamRecord record, DiscardedBatch batch) =>
        NumberOf(record) is { } number ? SequenceNumber.Parse(number).ToPaddedString() : batch.RequestId.ToString("N");

    private static string? NumberOf(StreamRecord record) => BatchItemFailure.Of(record).ItemIdentifier;

    private static string? Text(Row row, string name) => row.TryGetValue(name, out var value) ? value.S : null;

    private static int Number(Row row, string name) =>
        row.TryGetValue(name, out var value) && int.TryParse(value.N, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static SequenceNumber? Position(Row row, string name) => SequenceNumber.TryParse(Text(row, name), out var number) ? number : null;
}
