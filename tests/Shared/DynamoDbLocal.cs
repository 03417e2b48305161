using System.Diagnostics;

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
            return _endpoint ??= StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is { IsCompletedSuccessfully: true } started)
            await RunAsync("stop", "--port", (await started).Port.ToString());
    }

    private static async Task<Uri> StartAsync() => new((await RunAsync("start")).Trim());

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot(), "tools", "dynamodb-local", "dynamodb-local"), arguments)
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

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StreamWorker.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds StreamWorker.sln.");
    }
}
