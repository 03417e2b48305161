using Amazon.DynamoDBv2;
using StreamWorker.Consumer.Leases;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Leases;

/// <summary>A lease store on a table of its own in DynamoDB Local, reached through a proxy that can lose answers.</summary>
internal sealed class LeaseStoreFixture : IAsyncDisposable
{
    private static int _tables;

    private LeaseStoreFixture(LossyProxy proxy, DynamoDbOptions options, Uri server)
    {
        Proxy = proxy;
        Store = new DynamoDbLeaseStore(options, TimeProvider.System);
        Raw = new AmazonDynamoDBClient(options.Credentials, new AmazonDynamoDBConfig { ServiceURL = server.ToString(), AuthenticationRegion = "eu-central-1" });
        TableName = options.Leases.TableName;
    }

    public static LeaseScope Scope { get; } = new("orders", "search", TestClients.Stream);

    public static WorkerIdentity Anna { get; } = new("anna", "a1");

    public static WorkerIdentity Bert { get; } = new("bert", "b1");

    public LossyProxy Proxy { get; }

    public DynamoDbLeaseStore Store { get; }

    public AmazonDynamoDBClient Raw { get; }

    public string TableName { get; }

    public static async Task<LeaseStoreFixture> StartAsync(DynamoDbLocal server)
    {
        var endpoint = await server.EndpointAsync();
        var proxy = new LossyProxy(endpoint);
        var options = TestClients.Options(proxy.Url);
        options.Leases.TableName = NewTableName();
        var fixture = new LeaseStoreFixture(proxy, options, endpoint);
        await fixture.Store.InitializeAsync(TestContext.Current.CancellationToken);
        return fixture;
    }

    public static string NewTableName() => $"leases-{Interlocked.Increment(ref _tables)}";

    /// <summary>Makes a lease and lets a worker claim it.</summary>
    public async Task<Lease> HoldAsync(string shard, WorkerIdentity owner)
    {
        var token = TestContext.Current.CancellationToken;
        await Store.CreateLeaseAsync(Scope, new NewLease(new ShardId(shard), null, LeaseStart.TrimHorizon), token);
        return (await Store.ClaimAsync(Scope, await GetAsync(shard), owner, token))!;
    }

    public async Task<Lease> GetAsync(string shard) =>
        (await Store.ListLeasesAsync(Scope, TestContext.Current.CancellationToken)).Single(lease => lease.Shard.Value == shard);

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        Store.Dispose();
        await Proxy.DisposeAsync();
    }
}
