using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Failures;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Failures;

public sealed class TableContractTests(DynamoDbLocal server) : FailureDestinationContract, IDisposable
{
    private static int s_tables;

    private readonly List<IDisposable> _opened = [];

    public void Dispose()
    {
        foreach (var opened in _opened)
            opened.Dispose();
    }

    protected override async ValueTask<(IFailureDestination Destination, IFailureArchive Archive)> OpenAsync()
    {
        var table = await OpenAsync(mayCreate: true);
        await table.CheckAsync(TestContext.Current.CancellationToken);
        return (table, table);
    }

    protected override async ValueTask<IFailureDestination> OpenBrokenAsync() => await OpenAsync(mayCreate: false);

    private async Task<TableDestination> OpenAsync(bool mayCreate)
    {
        var options = TestClients.Options((await server.EndpointAsync()).ToString());
        options.Leases.CreateTable = mayCreate;
        var address = FailureDestinationAddress.Parse($"arn:aws:dynamodb:eu-central-1:123456789012:table/given-up-{Interlocked.Increment(ref s_tables)}");
        var table = new TableDestination(address, options, "shop", TimeProvider.System);
        _opened.Add(table);
        return table;
    }
}
