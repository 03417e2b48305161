namespace StreamWorker.Worker.Handlers;

/// <summary>A handler behind HTTP.</summary>
/// <param name="Url">Where events are posted.</param>
/// <param name="Timeout">How long one call may take, answer included.</param>
/// <param name="ReportsItemFailures">Whether its answer can name the records that failed.</param>
internal sealed record HttpEndpoint(Uri Url, TimeSpan Timeout, bool ReportsItemFailures)
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);

    public HttpMessageInvoker NewClient() => new(new ReusedConnections(() => new SocketsHttpHandler
    {
        // Exactly the endpoint that is configured, whatever the environment says about proxies and the endpoint says about other places.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        // Below the time-out of the call, so that an endpoint that cannot be reached is told from one that does not answer.
        ConnectTimeout = Timeout / 2 < LongestConnect ? Timeout / 2 : LongestConnect,
        // Names are looked up again now and then, and a connection that the other side is about to close for idleness (5 seconds in Node) is not used again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
    }));
}
