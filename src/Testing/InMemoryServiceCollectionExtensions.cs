using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>Lets a worker run on memory.</summary>
public static class InMemoryServiceCollectionExtensions
{
    /// <summary>Registers streams, tables and leases in memory as what the worker reads and where it keeps its positions. The last registration wins.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="streams">The streams and their tables.</param>
    /// <param name="leases">The lease store; null for a new one. Two workers that share one share the shards.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddInMemoryStreams(this IServiceCollection services, InMemoryStreams streams, InMemoryLeaseStore? leases = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(streams);
        leases ??= new InMemoryLeaseStore();
        services.AddSingleton(streams);
        services.AddSingleton<IStreamsClient>(streams);
        services.AddSingleton<ITableDirectory>(streams);
        services.AddSingleton(leases);
        services.AddSingleton<ILeaseStore>(leases);
        return services;
    }
}
