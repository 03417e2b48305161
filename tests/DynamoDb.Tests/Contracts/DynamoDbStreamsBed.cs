using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Contracts;

/// <summary>A real server, DynamoDB Local: tables are written with the AWS SDK, streams are read with the client under test.</summary>
internal sealed class DynamoDbStreamsBed : IRollingStreamsBed, IDisposable
{
    private static readonly TimeSpan RollBound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ChangeBound = TimeSpan.FromSeconds(30);
    private static readonly StreamSpecification BothImages = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES };

    private readonly DynamoDbStreamsClient _client;
    private readonly DynamoDbTableDirectory _tables;
    private readonly AmazonDynamoDBClient _raw;

    public DynamoDbStreamsBed(Uri endpoint)
    {
        var options = TestClients.Options(endpoint.ToString());
        _client = new DynamoDbStreamsClient(options, TimeProvider.System);
        _tables = new DynamoDbTableDirectory(options, TimeProvider.System);
        _raw = new AmazonDynamoDBClient(options.Credentials, new AmazonDynamoDBConfig { ServiceURL = options.ServiceUrl, AuthenticationRegion = options.Region });
    }

    public IStreamsClient Client => _client;

    public ITableDirectory Tables => _tables;

    /// <summary>DynamoDB Local gives 1,000 records whatever their size.</summary>
    public bool LimitsPagesByBytes => false;

    /// <summary>DynamoDB Local does so when other tables' records lie between.</summary>
    public bool MayRefuseOldIterators => true;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask CreateTableAsync(string table, bool withStream) => await _raw.CreateTableAsync(
        new CreateTableRequest
        {
            TableName = table,
            KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
            StreamSpecification = withStream ? BothImages : null,
        },
        Token);

    public async ValueTask PutAsync(string table, string id, int value, string text = "some text") =>
        await _raw.PutItemAsync(table, new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> { ["id"] = new(id), ["value"] = new() { N = $"{value}" }, ["text"] = new(text) }, Token);

    public async ValueTask DeleteAsync(string table, string id) => await _raw.DeleteItemAsync(table, new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> { ["id"] = new(id) }, Token);

    public async ValueTask DisableStreamAsync(string table)
    {
        var stream = (await _raw.DescribeTableAsync(table, Token)).Table.LatestStreamArn;
        await _raw.UpdateTableAsync(new UpdateTableRequest { TableName = table, StreamSpecification = new StreamSpecification { StreamEnabled = false } }, Token);
        await Eventually.TrueAsync(async () => (await DescribeAsync(stream)).Status == StreamStatus.Disabled, ChangeBound, () => $"{stream} is not disabled.");
    }

    public async ValueTask EnableStreamAsync(string table)
    {
        await _raw.UpdateTableAsync(new UpdateTableRequest { TableName = table, StreamSpecification = BothImages }, Token);
        var stream = (await _raw.DescribeTableAsync(table, Token)).Table.LatestStreamArn;
        await Eventually.TrueAsync(async () => (await DescribeAsync(stream)).Status == StreamStatus.Enabled, ChangeBound, () => $"{stream} is not enabled.");
    }

    public async ValueTask RollShardAsync(string table)
    {
        var stream = (await _raw.DescribeTableAsync(table, Token)).Table.LatestStreamArn;
        var open = Assert.Single((await DescribeAsync(stream)).Shards, shard => !shard.IsClosed);
        await Eventually.TrueAsync(async () => (await DescribeAsync(stream)).Shards.Any(shard => shard.ParentId == open.Id), RollBound, () => $"{open.Id} has no child.");
    }

    public void Dispose()
    {
        _client.Dispose();
        _tables.Dispose();
        _raw.Dispose();
    }

    private ValueTask<StreamDescription> DescribeAsync(string stream) => _client.DescribeStreamAsync(StreamArn.Parse(stream), null, null, Token);
}
