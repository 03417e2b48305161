using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoDbValue = Amazon.DynamoDBv2.Model.AttributeValue;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>A real table with a stream, and a record of what was written to each item, in order.</summary>
internal sealed class OrdersTable(Uri endpoint, string name) : IDisposable
{
    private readonly AmazonDynamoDBClient _client = new(new BasicAWSCredentials("test", "test"), new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString() });
    private readonly ConcurrentDictionary<string, List<Change>> _written = new();

    public string Name => name;

    public AmazonDynamoDBClient Client => _client;

    /// <summary>Gets the changes of each item in the order of writing.</summary>
    public IReadOnlyDictionary<string, List<Change>> Written => _written;

    public int Count => _written.Values.Sum(changes => changes.Count);

    public Task CreateAsync(bool withStream = true) => _client.CreateTableAsync(new CreateTableRequest
    {
        TableName = name,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
        KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
        StreamSpecification = withStream ? new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES } : null,
    });

    /// <summary>Writes changes to items, several writers side by side; each item has one writer, so that the order of its changes is known.</summary>
    public Task WriteAsync(int items, int changesPerItem, int writers) =>
        Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            for (var change = 0; change < changesPerItem; change++)
            {
                for (var item = writer; item < items; item += writers)
                    await ChangeAsync($"order-{item:D4}");
            }
        }));

    /// <summary>Makes the next change of an item: an insert, some modifications, a removal, and again.</summary>
    public async Task ChangeAsync(string id)
    {
        var changes = _written.GetOrAdd(id, _ => []);
        var version = changes.Count + 1;
        if (version % 10 == 0)
        {
            await _client.DeleteItemAsync(name, new Dictionary<string, DynamoDbValue> { ["id"] = new(id) });
            changes.Add(new Change("REMOVE", version - 1));
            return;
        }

        await _client.PutItemAsync(name, new Dictionary<string, DynamoDbValue>
        {
            ["id"] = new(id),
            ["version"] = new() { N = version.ToString() },
            ["status"] = new(version % 2 == 0 ? "paid" : "open"),
        });
        changes.Add(new Change(version % 10 == 1 ? "INSERT" : "MODIFY", version));
    }

    /// <summary>Reads the stored checkpoint of the shards, by shard.</summary>
    public async Task<IReadOnlyDictionary<string, (string? Checkpoint, string State)>> LeasesAsync(string leaseTable = "streamworker")
    {
        var rows = await _client.ScanAsync(new ScanRequest(leaseTable) { ConsistentRead = true });
        return rows.Items
            .Where(row => row["sk"].S.StartsWith("lease#", StringComparison.Ordinal) && row["pk"].S.Contains($"table/{name}/", StringComparison.Ordinal))
            .ToDictionary(row => row["sk"].S["lease#".Length..], row => (row.TryGetValue("checkpoint", out var checkpoint) ? checkpoint.S : null, row["state"].S));
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>A change of an item: what happened, and the version of the image that tells it apart (for a removal the last one before it).</summary>
internal sealed record Change(string Event, int Version);
