using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace StreamWorker.Samples.Quickstart;

/// <summary>Orders that come, are paid, packed and shipped, and go, some of them early. The same seed makes the same changes; every change has a version of its own.</summary>
internal sealed class OrderBook(IAmazonDynamoDB client, string table, Random random)
{
    private const int Orders = 30;

    private static readonly string[] Steps = ["open", "paid", "packed", "shipped"];
    private static readonly string[] Customers = ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Katherine"];

    private readonly Dictionary<string, Dictionary<string, AttributeValue>> _orders = [];
    private readonly Dictionary<string, int> _versions = [];

    public async Task CreateTableAsync(CancellationToken cancellationToken)
    {
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = table,
                AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
                KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
                BillingMode = BillingMode.PAY_PER_REQUEST,
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES },
            },
            cancellationToken);
    }

    /// <summary>Makes one change and says which.</summary>
    public async Task<string> ChangeOneAsync()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"order-{random.Next(1, Orders + 1):D2}");
        var version = _versions[id] = _versions.GetValueOrDefault(id) + 1;
        if (!_orders.TryGetValue(id, out var order))
        {
            await PutAsync(id, version, NewOrder(id));
            return string.Create(CultureInfo.InvariantCulture, $"INSERT {id} {version}");
        }

        if (order["status"].S == Steps[^1] || random.Next(10) == 0)
        {
            await client.DeleteItemAsync(table, new Dictionary<string, AttributeValue> { ["id"] = new(id) });
            _orders.Remove(id);
            return string.Create(CultureInfo.InvariantCulture, $"REMOVE {id} {version}");
        }

        await PutAsync(id, version, Changed(order));
        return string.Create(CultureInfo.InvariantCulture, $"MODIFY {id} {version}");
    }

    private static AttributeValue Number(int cents) => new() { N = (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture) };

    private Dictionary<string, AttributeValue> NewOrder(string id) => new()
    {
        ["id"] = new(id),
        ["customer"] = new(Customers[random.Next(Customers.Length)]),
        ["status"] = new(Steps[0]),
        ["total"] = Number(random.Next(500, 20_000)),
    };

    private Dictionary<string, AttributeValue> Changed(Dictionary<string, AttributeValue> order)
    {
        var changed = new Dictionary<string, AttributeValue>(order);
        switch (random.Next(5))
        {
            case 0:
                changed["total"] = Number(random.Next(500, 20_000));
                break;
            case 1 when !changed.Remove("note"):
                changed["note"] = new("ring twice");
                break;
            case 1:
                break;
            default:
                changed["status"] = new(Steps[Array.IndexOf(Steps, order["status"].S) + 1]);
                break;
        }

        return changed;
    }

    private async Task PutAsync(string id, int version, Dictionary<string, AttributeValue> order)
    {
        order["version"] = new AttributeValue { N = version.ToString(CultureInfo.InvariantCulture) };
        await client.PutItemAsync(table, order);
        _orders[id] = order;
    }
}
