using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Adds a worker to a host.</summary>
public static class StreamWorkerServiceCollectionExtensions
{
    /// <summary>Adds a worker that runs as a hosted service. The ports (<c>IStreamsClient</c>, <c>ITableDirectory</c>, <c>ILeaseStore</c>) must be registered as well.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Adds consumers.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddStreamWorkerConsumers(this IServiceCollection services, Action<StreamWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StreamWorkerOptions>, StreamWorkerOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ConsumerOptions>, ConsumerOptionsValidator>());
        configure(new StreamWorkerBuilder(services));
        return services;
    }
}
