using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>moto's server on a free port of the loopback, where <c>moto_server</c> is on the PATH.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private Process? _server;

    public bool IsInstalled => _server is not null;

    public string Url { get; private set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (FindServer() is not { } path)
            return;
        Url = $"http://127.0.0.1:{FreePort()}";
        _server = Process.Start(new ProcessStartInfo(path, ["-H", "127.0.0.1", "-p", new Uri(Url).Port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        using var http = new HttpClient();
        await Eventually.TrueAsync(() => AnswersAsync(http), TimeSpan.FromSeconds(90), () => "moto_server does not answer");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    private static string? FindServer() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, "moto_server"))
        .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{Url}/moto-api/"), Token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
