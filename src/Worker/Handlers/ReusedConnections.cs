using System.Net;

namespace StreamWorker.Worker.Handlers;

/// <summary>
/// Uses a connection for one call after the other, unless the server ends each after its answer without saying so, as HTTP/1.0 has it: then the next request could go out on a connection that
/// is just being closed, and nobody could tell whether the handler has had it.
/// </summary>
internal sealed class ReusedConnections(Func<SocketsHttpHandler> connections) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _reused = new(connections());
    private readonly HttpMessageInvoker _single = new(Single(connections()));
    private volatile bool _closesEach;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await (_closesEach ? _single : _reused).SendAsync(request, cancellationToken);
        // Told before the answer has been read, and so before its connection is free.
        _closesEach = response.Version < HttpVersion.Version11 && !response.Headers.Connection.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reused.Dispose();
            _single.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SocketsHttpHandler Single(SocketsHttpHandler handler)
    {
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        return handler;
    }
}
