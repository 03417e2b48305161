using System.Diagnostics;

namespace StreamWorker.Tests.Shared;

/// <summary>The script that starts and stops DynamoDB Local.</summary>
internal static class DynamoDbLocalScript
{
    public static async Task<Uri> StartAsync(params string[] options) => new((await RunAsync(["start", .. options])).Trim());

    public static Task StopAsync(Uri endpoint) => RunAsync(["stop", "--port", endpoint.Port.ToString()]);

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
