using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;
using static StreamWorker.DynamoDb.Tests.Leases.LeaseStoreFixture;

namespace StreamWorker.DynamoDb.Tests.Leases;

public sealed class LeaseTableTests(DynamoDbLocal server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Missing_table_is_created_on_demand_with_its_two_keys()
    {
        await using var fixture = await StartAsync(server);
        var table = (await fixture.Raw.DescribeTableAsync(fixture.TableName, Token)).Table;
        Assert.Equal(BillingMode.PAY_PER_REQUEST, table.BillingModeSummary.BillingMode);
        Assert.Equal([("pk", "HASH"), ("sk", "RANGE")], table.KeySchema.Select(key => (key.AttributeName, key.KeyType.Value)));
        Assert.All(table.AttributeDefinitions, definition => Assert.Equal(ScalarAttributeType.S, definition.AttributeType));
    }

    [Fact]
    public async Task Many_workers_that_create_the_table_at_once_all_find_it_ready()
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.TableName = NewTableName();
        var stores = Enumerable.Range(0, 4).Select(_ => new DynamoDbLeaseStore(options, TimeProvider.System)).ToList();
        await Task.WhenAll(stores.Select(store => store.InitializeAsync(Token).AsTask()));
        foreach (var store in stores)
        {
            Assert.Empty(await store.ListWorkersAsync("orders", Token));
            store.Dispose();
        }
    }

    [Fact]
    public async Task Missing_table_that_may_not_be_created_is_an_error_with_the_command_that_creates_it()
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.TableName = NewTableName();
        options.Leases.CreateTable = false;
        using var store = new DynamoDbLeaseStore(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await store.InitializeAsync(Token));
        Assert.False(error.IsTransient);
        Assert.Contains($"aws dynamodb create-table --table-name {options.Leases.TableName} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_with_other_keys_is_an_error_that_says_what_was_found_and_expected()
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.TableName = NewTableName();
        using var raw = new AmazonDynamoDBClient(options.Credentials, new AmazonDynamoDBConfig { ServiceURL = options.ServiceUrl, AuthenticationRegion = "eu-central-1" });
        await raw.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = options.Leases.TableName,
                KeySchema = [new KeySchemaElement("id", KeyType.HASH), new KeySchemaElement("at", KeyType.RANGE)],
                AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S), new AttributeDefinition("at", ScalarAttributeType.N)],
                BillingMode = BillingMode.PAY_PER_REQUEST,
            },
            Token);
        using var store = new DynamoDbLeaseStore(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await store.InitializeAsync(Token));
        Assert.False(error.IsTransient);
        Assert.Contains("its keys are id (S, HASH), at (N, RANGE), and pk (S, HASH), sk (S, RANGE) is expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lease_is_kept_as_the_documented_row()
    {
        await using var fixture = await StartAsync(server);
        var lease = new NewLease(new ShardId("shard-2"), new ShardId("shard-1"), LeaseStart.From(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)));
        await fixture.Store.CreateLeaseAsync(Scope, lease, Token);
        var held = (await fixture.Store.ClaimAsync(Scope, await fixture.GetAsync("shard-2"), Anna, Token))!;
        await fixture.Store.CheckpointAsync(Scope, held, SequenceNumber.Parse("100000000003498069978"), default, Token);
        Assert.Equal(
            [
                "checkpoint=S:0000000000000000000100000000003498069978", "epoch=N:1", "incarnation=S:a1", "owner=S:anna", "parent=S:shard-1",
                $"pk=S:orders/search/{TestClients.Stream}", "schema=N:1", "sk=S:lease#shard-2", "start=S:FROM_TIME:2026-01-31T12:00:00.0000000+00:00", "state=S:ACTIVE",
            ],
            await RowAsync(fixture));
    }

    [Fact]
    public async Task Heartbeat_is_kept_as_the_documented_row()
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.BeatAsync("orders", Anna, 1, Token);
        await fixture.Store.BeatAsync("orders", Anna, 2, Token);
        Assert.Equal(["beat=N:2", "fenced=BOOL:False", "incarnation=S:a1", "pk=S:orders/workers", "schema=N:1", "sk=S:worker#anna#a1", "worker=S:anna"], await RowAsync(fixture));
    }

    [Fact]
    public async Task Names_with_separators_in_them_stay_apart()
    {
        await using var fixture = await StartAsync(server);
        LeaseScope[] scopes = [Scope with { Application = "a/b", Consumer = "c" }, Scope with { Application = "a", Consumer = "b/c" }, Scope with { Application = "a%2Fb", Consumer = "c" }];
        foreach (var scope in scopes)
            Assert.True(await fixture.Store.CreateLeaseAsync(scope, new NewLease(new ShardId("shard-1"), null, LeaseStart.TrimHorizon), Token));
        foreach (var scope in scopes)
            Assert.Single(await fixture.Store.ListLeasesAsync(scope, Token));

        WorkerIdentity[] workers = [new("a#b", "c"), new("a", "b#c"), new("a%23b", "c")];
        foreach (var worker in workers)
            Assert.True(await fixture.Store.BeatAsync("orders", worker, 1, Token));
        Assert.Equal(workers.OrderBy(worker => worker.WorkerId), (await fixture.Store.ListWorkersAsync("orders", Token)).Select(row => row.Worker).OrderBy(worker => worker.WorkerId));
    }

    [Theory]
    [InlineData("schema", "2", null, "its format has version 2")]
    [InlineData("schema", null, null, "'schema' is missing")]
    [InlineData("state", null, "ODD", "'state' is 'ODD'")]
    [InlineData("state", null, null, "'state' is missing")]
    [InlineData("epoch", null, "x", "'epoch' is not a whole number")]
    [InlineData("epoch", null, null, "'epoch' is missing")]
    [InlineData("start", null, "LATEST", "'start': 'LATEST' is not a start position")]
    [InlineData("checkpoint", null, "x", "'checkpoint' is 'x'")]
    [InlineData("incarnation", null, null, "'incarnation' is missing")]
    public async Task Row_that_cannot_be_read_stops_the_program_and_is_named(string attribute, string? number, string? text, string why)
    {
        await using var fixture = await StartAsync(server);
        await fixture.HoldAsync("shard-1", Anna);
        var row = Assert.Single((await fixture.Raw.ScanAsync(new ScanRequest { TableName = fixture.TableName }, Token)).Items);
        row.Remove(attribute);
        if (number is not null || text is not null)
            row[attribute] = new Amazon.DynamoDBv2.Model.AttributeValue { N = number, S = text };
        await fixture.Raw.PutItemAsync(fixture.TableName, row, Token);

        var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await fixture.Store.ListLeasesAsync(Scope, Token));
        Assert.False(error.IsTransient);
        Assert.Contains($"pk 'orders/search/{TestClients.Stream}', sk 'lease#shard-1'", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F29_attributes_and_rows_of_a_newer_neighbour_are_left_as_they_are()
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.CreateLeaseAsync(Scope, new NewLease(new ShardId("shard-1"), null, LeaseStart.TrimHorizon), Token);
        var row = Assert.Single((await fixture.Raw.ScanAsync(new ScanRequest { TableName = fixture.TableName }, Token)).Items);
        row["novel"] = new Amazon.DynamoDBv2.Model.AttributeValue("kept");
        await fixture.Raw.PutItemAsync(fixture.TableName, row, Token);
        var other = new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> { ["pk"] = row["pk"], ["sk"] = new("novel#1") };
        await fixture.Raw.PutItemAsync(fixture.TableName, other, Token);

        var observed = Assert.Single(await fixture.Store.ListLeasesAsync(Scope, Token));
        var held = (await fixture.Store.ClaimAsync(Scope, observed, Anna, Token))!;
        await fixture.Store.CheckpointAsync(Scope, held, SequenceNumber.Parse("7"), default, Token);
        await fixture.Store.ReleaseAsync(Scope, held, Token);

        var rows = (await fixture.Raw.ScanAsync(new ScanRequest { TableName = fixture.TableName, ConsistentRead = true }, Token)).Items;
        Assert.Equal("kept", Assert.Single(rows, item => item["sk"].S == "lease#shard-1")["novel"].S);
        Assert.Single(rows, item => item["sk"].S == "novel#1");
    }

    private static async Task<IEnumerable<string>> RowAsync(LeaseStoreFixture fixture)
    {
        var row = Assert.Single((await fixture.Raw.ScanAsync(new ScanRequest { TableName = fixture.TableName, ConsistentRead = true }, Token)).Items);
        return row.OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => attribute.Key + "=" + (attribute.Value.S is { } text ? $"S:{text}" : attribute.Value.N is { } number ? $"N:{number}" : $"BOOL:{attribute.Value.BOOL}"));
    }
}
