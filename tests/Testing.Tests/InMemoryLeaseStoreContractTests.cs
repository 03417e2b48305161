using StreamWorker.Consumer.Leases;
using StreamWorker.Contracts;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryLeaseStoreContractTests : LeaseStoreContract
{
    protected override ValueTask<ILeaseStore> OpenStoreAsync() => new(new InMemoryLeaseStore());
}
