using System.Diagnostics;
using System.Globalization;

namespace StreamWorker.Bench.Backlog;

/// <summary>The canned stream in a process of its own, so that its work is not counted as the reader's.</summary>
internal sealed class CannedServer(Process process, Uri endpoint) : IAsyncDisposable
{
    public Uri Endpoint => endpoint;

    public static async Task<CannedServer> StartAsync(int records)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CannedServer).Assembly.Location, "serve", records.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The canned server has ended.");
        return new CannedServer(process, new Uri(url));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
