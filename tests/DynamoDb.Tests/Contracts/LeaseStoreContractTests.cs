using StreamWorker.Consumer.Leases;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Contracts;

public sealed class DynamoDbLeaseStoreContractTests(DynamoDbLocal server) : LeaseStoreContract, IDisposable
{
    private DynamoDbLeaseStore? _store;

    public void Dispose() => _store?.Dispose();

    protected override async ValueTask<ILeaseStore> OpenStoreAsync()
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.TableName = "contract-leases";
        options.Leases.BeatTimeout = TimeSpan.FromSeconds(5);
        _store = new DynamoDbLeaseStore(options, TimeProvider.System);
        await _store.InitializeAsync(TestContext.Current.CancellationToken);
        return _store;
    }
}
