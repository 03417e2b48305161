using System.Net;
using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>Gives a service client a connection pool of its own. Time-outs belong to the calls, not to the pool.</summary>
/// <param name="onCallingThread">Whether calls are made on the thread that asks for them: then it is blocked, and none of the pool is needed.</param>
internal sealed class PooledConnections(bool onCallingThread = false) : HttpClientFactory
{
    // A name that is resolved again now and then follows the service's addresses.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    // A pool looks through its idle connections four times in this time, and whatever it looks at waits for its next answer on a thread of the pool from then on.
    private static readonly TimeSpan NeverLookedThrough = TimeSpan.FromDays(1);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
        };
        if (onCallingThread)
            handler.PooledConnectionIdleTimeout = NeverLookedThrough;
        if (clientConfig.GetWebProxy() is { } proxy)
            handler.Proxy = proxy;
        return new HttpClient(onCallingThread ? new CallingThread(handler) : handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
