using System.Diagnostics;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>A DynamoDB Local of its own: for tests that stop it, or that run its clock faster.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private readonly string[] _options;
    private Uri? _endpoint;

    private Emulator(string[] options) => _options = options;

    public Uri Endpoint => _endpoint ?? throw new InvalidOperationException("It is not running.");

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
        _endpoint = new Uri((await RunAsync(["start", "--engine", "java", .. port, .. _options])).Trim());
    }

    public Task StopAsync() => RunAsync(["stop", "--port", Endpoint.Port.ToString()]);

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await StopAsync();
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tools", "dynamodb-local", "dynamodb-local"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'dynamodb-local {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {await errors}");
    }
}
