namespace StreamWorker.Tests.Shared;

/// <summary>One DynamoDB Local for all tests of an assembly: started when the first test asks for it, stopped at the end. In memory, real time.</summary>
public sealed class DynamoDbLocal : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<Uri>? _endpoint;

    /// <summary>Gives the endpoint of tables and streams. Fails with the script's own message when the server cannot be had.</summary>
    public Task<Uri> EndpointAsync()
    {
        lock (_gate)
            return _endpoint ??= DynamoDbLocalScript.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is { IsCompletedSuccessfully: true } started)
            await DynamoDbLocalScript.StopAsync(await started);
    }
}
