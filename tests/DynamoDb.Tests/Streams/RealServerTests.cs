using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class RealServerTests(DynamoDbLocal server)
{
    [Fact]
    public async Task Streams_client_reads_what_was_written_to_a_table_of_DynamoDB_Local()
    {
        var token = TestContext.Current.CancellationToken;
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        using var tables = new AmazonDynamoDBClient(options.Credentials, new AmazonDynamoDBConfig { ServiceURL = options.ServiceUrl, AuthenticationRegion = "eu-central-1" });
        await tables.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "Smoke",
                KeySchema = [new KeySchemaElement("pk", KeyType.HASH)],
                AttributeDefinitions = [new AttributeDefinition("pk", ScalarAttributeType.S)],
                BillingMode = BillingMode.PAY_PER_REQUEST,
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES },
            },
            token);
        for (var i = 0; i < 5; i++)
            await tables.PutItemAsync("Smoke", new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> { ["pk"] = new($"item-{i}"), ["n"] = new() { N = $"{i}" } }, token);

        using var directory = new DynamoDbTableDirectory(options, TimeProvider.System);
        var table = await directory.DescribeTableAsync("Smoke", token);
        Assert.True(table!.IsStreamEnabled);
        Assert.Null(await directory.DescribeTableAsync("Missing", token));

        using var streams = new DynamoDbStreamsClient(options, TimeProvider.System);
        var listing = await streams.ListStreamsAsync("Smoke", null, token);
        Assert.Equal(table.LatestStream, Assert.Single(listing.Streams));
        var description = await streams.DescribeStreamAsync(table.LatestStream!.Value, null, null, token);
        Assert.Equal(StreamStatus.Enabled, description.Status);
        Assert.NotNull(description.ServiceTime);
        var shard = Assert.Single(description.Shards);
        var iterator = await streams.GetShardIteratorAsync(description.Stream, shard.Id, IteratorStart.TrimHorizon, token);
        using var page = await streams.GetRecordsAsync(description.Stream, iterator, null, token);
        Assert.Equal(5, page.Records.Count);

        iterator = await streams.GetShardIteratorAsync(description.Stream, shard.Id, IteratorStart.After(page.Records[2].SequenceNumber), token);
        using var rest = await streams.GetRecordsAsync(description.Stream, iterator, 1, token);
        Assert.Equal(page.Records[3].SequenceNumber, Assert.Single(rest.Records).SequenceNumber);

        Assert.NotEmpty((await streams.DescribeStreamAsync(description.Stream, null, shard.Id, token)).Shards);
        var missing = StreamArn.Parse(description.Stream.Value.Replace("Smoke", "Nothing", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await streams.DescribeStreamAsync(missing, null, null, token));
        Assert.Equal(StreamErrorKind.NotFound, error.Kind);
    }
}
