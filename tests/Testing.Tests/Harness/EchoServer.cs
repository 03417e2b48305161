using System.Net;
using System.Net.Sockets;

namespace StreamWorker.Testing.Tests.Harness;

/// <summary>Something real to wait for: a socket of this machine that sends back what it is sent, when it is let.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public EchoServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Gets or sets what is awaited before an answer.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public async Task<byte> AskAsync(byte question, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(new[] { question }, cancellationToken);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var question = new byte[1];
            await client.GetStream().ReadExactlyAsync(question, _stop.Token);
            await BeforeAnswer();
            await client.GetStream().WriteAsync(question, _stop.Token);
        }
    }
}
