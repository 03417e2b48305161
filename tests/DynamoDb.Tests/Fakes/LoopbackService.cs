using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>An HTTP server on a loopback port that records every request and answers as the test says. It speaks bytes, so that it can break off anywhere.</summary>
public sealed class LoopbackService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<ReceivedRequest> _received = Channel.CreateUnbounded<ReceivedRequest>();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly Func<ReceivedRequest, Task<CannedAnswer>> _answer;
    private readonly Task _accepting;

    public LoopbackService(Func<ReceivedRequest, Task<CannedAnswer>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public LoopbackService(Func<ReceivedRequest, CannedAnswer> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    public LoopbackService(CannedAnswer answer)
        : this(_ => answer)
    {
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Waits for the next request that no earlier wait has seen.</summary>
    public ValueTask<ReceivedRequest> NextRequestAsync() => _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), connections.Count));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync(TcpClient connection, int number)
    {
        using (connection)
        {
            var stream = connection.GetStream();
            while (await ReadRequestAsync(stream, number) is { } request)
            {
                _requests.Enqueue(request);
                var answer = await _answer(request);
                _received.Writer.TryWrite(request);
                if (!await WriteAnswerAsync(connection, stream, answer))
                    return;
            }
        }
    }

    private async Task<ReceivedRequest?> ReadRequestAsync(NetworkStream stream, int connection)
    {
        var head = new MemoryStream();
        var one = new byte[1];
        while (!head.ToArray().AsSpan().EndsWith("\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
                return null;
            head.Write(one);
        }

        var lines = Encoding.ASCII.GetString(head.ToArray()).TrimEnd().Split("\r\n");
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length) : 0];
        await stream.ReadExactlyAsync(body, _stopping.Token);
        return new ReceivedRequest(first[0], first[1], headers, body, connection);
    }

    private async Task<bool> WriteAnswerAsync(TcpClient connection, NetworkStream stream, CannedAnswer answer)
    {
        if (answer.IsSilent)
            await WaitForeverAsync();
        if (answer.IsDropped)
            return Reset(connection);
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Canned\r\n");
        foreach (var (name, value) in answer.Headers)
            head.Append($"{name}: {value}\r\n");
        head.Append(answer.IsChunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {answer.Body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), _stopping.Token);
        if (answer.IsBodySilent)
            await WaitForeverAsync();

        var body = answer.CutAfter is { } cut ? answer.Body.AsMemory(0, cut) : answer.Body;
        if (!answer.IsChunked)
        {
            await stream.WriteAsync(body, _stopping.Token);
        }
        else
        {
            foreach (var chunk in Enumerable.Range(0, (body.Length + 999) / 1000).Select(i => body[(i * 1000)..Math.Min(body.Length, (i + 1) * 1000)]))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), _stopping.Token);
                await stream.WriteAsync(chunk, _stopping.Token);
                await stream.WriteAsync("\r\n"u8.ToArray(), _stopping.Token);
            }

            if (answer.CutAfter is null)
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stopping.Token);
        }

        return answer.CutAfter is null || Reset(connection);
    }

    private static bool Reset(TcpClient connection)
    {
        connection.Client.LingerState = new LingerOption(true, 0);
        return false;
    }

    private Task WaitForeverAsync() => new TaskCompletionSource().Task.WaitAsync(_stopping.Token);
}
