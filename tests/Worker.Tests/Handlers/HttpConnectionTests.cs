using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Handlers;

/// <summary>A connection that may be closed at any moment is not used for another call: nobody could tell whether the handler has had it.</summary>
public sealed class HttpConnectionTests
{
    [Theory]
    [InlineData("HTTP/1.0", "", 3)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive\r\n", 1)]
    [InlineData("HTTP/1.1", "", 1)]
    public async Task Connection_that_the_server_closes_after_its_answer_is_not_used_again(string version, string header, int connections)
    {
        using var server = new Server($"{version} 200 OK\r\n{header}Content-Length: 0\r\n\r\n");
        var endpoint = new HttpEndpoint(server.Url, TimeSpan.FromMinutes(1), ReportsItemFailures: true);
        using (var processor = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance))
        {
            for (var call = 0; call < 3; call++)
            {
                var result = await processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
                Assert.True(result.Outcome == BatchOutcome.Succeeded, $"{result.Error}");
            }
        }

        Assert.Equal(connections, server.Connections);
    }

    /// <summary>Gives the same answer to every request and leaves each connection open: when the client sees it closed is a matter of chance.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _answer;
        private int _connections;

        public Server(string answer)
        {
            _answer = Encoding.ASCII.GetBytes(answer);
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Url => new($"http://{_listener.LocalEndpoint}/");

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(connection);
            }
        }

        private async Task AnswerAsync(TcpClient connection)
        {
            using var reader = new StreamReader(connection.GetStream());
            while (await reader.ReadLineAsync() is not null)
            {
                var length = 0;
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                        length = int.Parse(line[15..], CultureInfo.InvariantCulture);
                }

                await reader.ReadBlockAsync(new char[length]);
                await connection.GetStream().WriteAsync(_answer);
            }
        }
    }
}
