using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>A DynamoDB Local of its own: for tests that stop it, or that run its clock faster.</summary>
internal sealed class Emulator(string[] options) : IAsyncDisposable
{
    private Uri? _endpoint;

    public Uri Endpoint => _endpoint ?? throw new InvalidOperationException("It was never started.");

    public static async Task<Emulator> StartAsync(params string[] options)
    {
        var emulator = new Emulator(options);
        await emulator.StartAgainAsync();
        return emulator;
    }

    /// <summary>Starts it, on the port that it had before if it had one.</summary>
    public async Task StartAgainAsync()
    {
        string[] port = _endpoint is { } endpoint ? ["--port", endpoint.Port.ToString()] : [];
        _endpoint = await DynamoDbLocalScript.StartAsync(["--engine", "java", .. port, .. options]);
    }

    public Task StopAsync() => DynamoDbLocalScript.StopAsync(Endpoint);

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await StopAsync();
    }
}
