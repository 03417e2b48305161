using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Failures;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;
using Row = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>What is particular about a table: its rows, how it is made, and items as they are now.</summary>
public sealed class TableTests(DynamoDbLocal server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Rows_say_what_was_given_up_and_the_first_one_of_several_is_written_last()
    {
        var rows = FailureRows.Write(GivenUp.Batch([GivenUp.Record(7, 400 * 1024), GivenUp.Record(8, 400 * 1024)]), "shop");

        Assert.Equal(["/0002", "/0001", "/0000"], rows.Select(row => row["sk"].S[^5..]));
        Assert.All(rows, row => Assert.InRange(row["payload"].B.Length, 1, FailureRows.MaximumPartBytes));
        var head = rows[^1];
        Assert.Equal($"Orders/2026-01-31T12:00:00.000/{GivenUp.Shard}/{7:D40}-{8:D40}/0000", head["sk"].S);
        Assert.Equal(
            ("shop/search", "streamworker:shop:search", GivenUp.Stream.Value, GivenUp.Shard.Value, "RetryAttemptsExhausted", "2026-01-31T12:34:56.789Z", "IOException: no", "2", "3"),
            (head["pk"].S, head["functionArn"].S, head["streamArn"].S, head["shardId"].S, head["condition"].S, head["timestamp"].S, head["error"].S, head["batchSize"].N, head["parts"].N));
    }

    [Fact]
    public async Task Table_is_made_at_the_first_delivery_where_that_is_allowed()
    {
        using var table = await OpenAsync("given-up-made", mayCreate: true);

        await table.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        Assert.Single(await Destinations.ListAsync(table));
    }

    [Fact]
    public async Task Missing_table_that_may_not_be_made_is_said_with_the_command_that_makes_it()
    {
        using var table = await OpenAsync("given-up-missing", mayCreate: false);

        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await table.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));

        Assert.Contains("aws dynamodb create-table --table-name given-up-missing", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StreamServiceException>(async () => await table.CheckAsync(Token));
    }

    [Fact]
    public async Task Table_with_other_keys_is_refused_at_start()
    {
        using var raw = await RawAsync();
        await CreateAsync(raw, "given-up-other");
        using var table = await OpenAsync("given-up-other", mayCreate: true);

        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await table.CheckAsync(Token));

        Assert.Contains("its keys are id (S, HASH), and pk (S, HASH), sk (S, RANGE) is expected", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StreamServiceException>(async () => await table.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
    }

    [Fact]
    public async Task Batch_whose_rows_are_not_all_there_is_not_read_in_part()
    {
        using var table = await OpenAsync("given-up-torn", mayCreate: true);
        await table.DeliverAsync(GivenUp.Batch([GivenUp.Record(7, 800 * 1024)]), Token);
        var listed = Assert.Single(await Destinations.ListAsync(table));
        using var raw = await RawAsync();
        var (partition, prefix) = FailureRows.KeysOf(listed.Id);
        await raw.DeleteItemAsync("given-up-torn", new Row { ["pk"] = new(partition), ["sk"] = new($"{prefix}0001") }, Token);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await table.ReadAsync(listed, Token));
    }

    [Fact]
    public async Task C3_item_is_read_as_it_is_now_whatever_its_types()
    {
        using var raw = await RawAsync();
        await CreateAsync(raw, "current-items");
        await raw.PutItemAsync("current-items", new Row
        {
            ["id"] = new("o-1"),
            ["n"] = new() { N = "12.5" },
            ["b"] = new() { B = new MemoryStream([1, 2]) },
            ["yes"] = new() { BOOL = true },
            ["nothing"] = new() { NULL = true },
            ["m"] = new() { M = new Row { ["a"] = new("é\""), ["empty"] = new() { M = [], IsMSet = true } } },
            ["l"] = new() { L = [new("x"), new() { L = [], IsLSet = true }] },
            ["ss"] = new() { SS = ["a"] },
            ["ns"] = new() { NS = ["1"] },
            ["bs"] = new() { BS = [new MemoryStream([3])] },
        }, Token);
        using var items = new DynamoDbCurrentItems(TestClients.Options((await server.EndpointAsync()).ToString()), TimeProvider.System);
        var stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/current-items/stream/2026-01-31T12:00:00.000");

        var found = await items.FindAsync(stream, GivenUp.Batch([GivenUp.Record(1)]).Records[0].Keys, Token);
        var missing = await items.FindAsync(stream, GivenUp.Batch([GivenUp.Record(1, id: "o-2")]).Records[0].Keys, Token);

        Assert.Null(missing);
        using var json = System.Text.Json.JsonDocument.Parse(found!.Value);
        using var expected = System.Text.Json.JsonDocument.Parse("""
            {"id":{"S":"o-1"},"n":{"N":"12.5"},"b":{"B":"AQI="},"yes":{"BOOL":true},"nothing":{"NULL":true},"m":{"M":{"a":{"S":"é\""},"empty":{"M":{}}}},"l":{"L":[{"S":"x"},{"L":[]}]},"ss":{"SS":["a"]},"ns":{"NS":["1"]},"bs":{"BS":["Aw=="]}}
            """);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(expected.RootElement, json.RootElement), System.Text.Encoding.UTF8.GetString(found.Value.Span));
    }

    [Fact]
    public async Task C3_table_that_is_gone_is_an_error()
    {
        using var items = new DynamoDbCurrentItems(TestClients.Options((await server.EndpointAsync()).ToString()), TimeProvider.System);

        await Assert.ThrowsAsync<StreamServiceException>(async () => await items.FindAsync(
            StreamArn.Parse("arn:aws:dynamodb:eu-central-1:1:table/no-such-table/stream/x"), GivenUp.Batch([GivenUp.Record(1)]).Records[0].Keys, Token));
    }

    private async Task<TableDestination> OpenAsync(string name, bool mayCreate)
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.CreateTable = mayCreate;
        return new TableDestination(FailureDestinationAddress.Parse($"arn:aws:dynamodb:eu-central-1:123456789012:table/{name}"), options, "shop", TimeProvider.System);
    }

    private async Task<AmazonDynamoDBClient> RawAsync()
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        return new AmazonDynamoDBClient(options.Credentials, new AmazonDynamoDBConfig { ServiceURL = options.ServiceUrl, AuthenticationRegion = options.Region });
    }

    private static Task CreateAsync(AmazonDynamoDBClient raw, string name) => raw.CreateTableAsync(
        new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
        },
        Token);
}
