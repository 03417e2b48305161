using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Failures;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Reads items with <c>GetItem</c>, consistently.</summary>
internal sealed class DynamoDbCurrentItems(DynamoDbOptions options, TimeProvider timeProvider) : ICurrentItems, IDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TablesClient> _clients = new(StringComparer.Ordinal);

    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(StreamArn stream, Item keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var request = new GetItemRequest { TableName = stream.TableName, Key = KeyOf(keys), ConsistentRead = true };
        using var deadline = new Deadline(options.CallTimeout, timeProvider, cancellationToken);
        try
        {
            var answer = await ClientOf(stream.Region).GetItemAsync(request, deadline.Token);
            return answer.Item is { Count: > 0 } item ? Write(item) : (ReadOnlyMemory<byte>?)null;
        }
        catch (Exception thrown) when (ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw ServiceErrors.Translate(thrown, deadline, $"GetItem of table {stream.TableName}");
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static Row KeyOf(Item keys)
    {
        var key = new Row(StringComparer.Ordinal);
        foreach (var (name, value) in keys)
        {
            key[name] = value.Type switch
            {
                AttributeType.Number => new RowValue { N = value.AsNumberText() },
                AttributeType.Binary => new RowValue { B = new MemoryStream(value.AsBytes(), writable: false) },
                _ => new RowValue { S = value.AsString() },
            };
        }

        return key;
    }

    private static ReadOnlyMemory<byte> Write(Row item)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Json))
            Write(json, item);
        return output.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, Row map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RowValue value)
    {
        json.WriteStartObject();
        if (value.S is { } text)
            json.WriteString("S", text);
        else if (value.N is { } number)
            json.WriteString("N", number);
        else if (value.B is { } bytes)
            json.WriteBase64String("B", bytes.ToArray());
        else if (value.BOOL is { } flag)
            json.WriteBoolean("BOOL", flag);
        else if (value.NULL is true)
            json.WriteBoolean("NULL", true);
        else if (value.IsMSet)
            WriteMap(json, value.M);
        else if (value.IsLSet)
            WriteList(json, "L", value.L, Write);
        else if (value.SS is { Count: > 0 } texts)
            WriteList(json, "SS", texts, static (writer, element) => writer.WriteStringValue(element));
        else if (value.NS is { Count: > 0 } numbers)
            WriteList(json, "NS", numbers, static (writer, element) => writer.WriteStringValue(element));
        else
            WriteList(json, "BS", value.BS ?? [], static (writer, element) => writer.WriteBase64StringValue(element.ToArray()));
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, Row map)
    {
        json.WritePropertyName("M");
        Write(json, map);
    }

    private static void WriteList<T>(Utf8JsonWriter json, string type, List<T> list, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(type);
        foreach (var element in list)
            write(json, element);
        json.WriteEndArray();
    }

    private TablesClient ClientOf(string region)
    {
        lock (_gate)
        {
            if (!_clients.TryGetValue(region, out var client))
                _clients.Add(region, client = TablesClient.CreateFor(options, region, retries: 1));
            return client;
        }
    }
}
