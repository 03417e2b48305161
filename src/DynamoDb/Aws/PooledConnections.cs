using System.Net;
using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>Gives a service client a connection pool of its own. Time-outs belong to the calls, not to the pool.</summary>
internal sealed class PooledConnections : HttpClientFactory
{
    // A name that is resolved again now and then follows the service's addresses.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
        };
        if (clientConfig.GetWebProxy() is { } proxy)
            handler.Proxy = proxy;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
