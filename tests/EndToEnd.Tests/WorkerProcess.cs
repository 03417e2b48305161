using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>The stock worker as a process of its own, configured by environment alone, as in its container.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;
    private readonly Uri _management;
    private readonly Task _reading;

    private WorkerProcess(Process process, Uri management)
    {
        _process = process;
        _management = management;
        _reading = Task.WhenAll(ReadAsync(process.StandardError), ReadAsync(process.StandardOutput));
    }

    public string Log => string.Join('\n', _log);

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the worker with an emulator's endpoint and settings such as <c>Consumers__orders__TableName</c>.</summary>
    public static WorkerProcess Start(Uri dynamoDb, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var management = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "streamworker.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("AWS_", StringComparison.Ordinal) || key.StartsWith("ASPNETCORE", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        start.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamoDb.ToString();
        start.Environment["AWS_REGION"] = "eu-central-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "test";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        start.Environment["ASPNETCORE_URLS"] = management.ToString();
        foreach (var (key, value) in settings)
            start.Environment[$"StreamWorker__{key}"] = value;
        return new WorkerProcess(Process.Start(start)!, management);
    }

    public void Kill() => _process.Kill();

    /// <summary>Asks it to stop as Docker and Kubernetes do.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Holds it where it is, as a debugger or a machine that is short of everything would.</summary>
    public void Pause() => Signal("STOP");

    public void Resume() => Signal("CONT");

    public async Task WaitForExitAsync(TimeSpan bound)
    {
        using var limit = new CancellationTokenSource(bound);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The worker did not end within {bound}. Its log:\n{Log}", e);
        }

        await _reading;
    }

    /// <summary>Asks <c>/healthz/ready</c>: true for 200, false for 503, null when nobody answers.</summary>
    public async Task<bool?> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(_management, "/healthz/ready"));
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.ServiceUnavailable => false,
                _ => throw new InvalidOperationException($"/healthz/ready answered {answer.StatusCode}."),
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // Not there yet, or on a machine that is too busy to answer.
            return null;
        }
    }

    public async Task<HttpStatusCode> LiveAsync() => (await Http.GetAsync(new Uri(_management, "/healthz/live"))).StatusCode;

    public async Task<string> StatusAsync() => await Http.GetStringAsync(new Uri(_management, "/api/status"));

    public Task WaitUntilReadyAsync() =>
        Eventually.TrueAsync(async () => _process.HasExited ? throw new InvalidOperationException($"The worker has ended:\n{Log}") : await IsReadyAsync() == true, TimeSpan.FromSeconds(60), () => $"ready. Its log:\n{Log}");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }
}
