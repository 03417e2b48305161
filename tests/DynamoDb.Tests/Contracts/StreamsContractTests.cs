using StreamWorker.Contracts;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Contracts;

public sealed class DynamoDbStreamsContractTests(DynamoDbLocal server) : StreamsClientContract, IDisposable
{
    private DynamoDbStreamsBed? _bed;

    public void Dispose() => _bed?.Dispose();

    protected override async ValueTask<IStreamsBed> OpenBedAsync() => _bed = new DynamoDbStreamsBed(await server.EndpointAsync());
}

public sealed class DynamoDbTableDirectoryContractTests(DynamoDbLocal server) : TableDirectoryContract, IDisposable
{
    private DynamoDbStreamsBed? _bed;

    public void Dispose() => _bed?.Dispose();

    protected override async ValueTask<IStreamsBed> OpenBedAsync() => _bed = new DynamoDbStreamsBed(await server.EndpointAsync());
}

/// <summary>Real rolls: an emulator whose clock runs so fast that a shard's four hours are twelve seconds.</summary>
public sealed class DynamoDbShardRollContractTests(FastDynamoDbLocal server) : ShardRollContract, IClassFixture<FastDynamoDbLocal>, IDisposable
{
    private DynamoDbStreamsBed? _bed;

    public void Dispose() => _bed?.Dispose();

    protected override ValueTask<IRollingStreamsBed> OpenBedAsync() => new(_bed = new DynamoDbStreamsBed(server.Endpoint));
}

public sealed class FastDynamoDbLocal : IAsyncLifetime
{
    private Uri? _endpoint;

    public Uri Endpoint => _endpoint ?? throw new InvalidOperationException("It is not running.");

    public async ValueTask InitializeAsync() => _endpoint = await DynamoDbLocalScript.StartAsync("--engine", "java", "--speed", "1200");

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await DynamoDbLocalScript.StopAsync(_endpoint);
    }
}
