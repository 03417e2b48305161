using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Adds a worker to a host.</summary>
public static class StreamWorkerServiceCollectionExtensions
{
    // Time to store positions and give shards back when the handlers have ended.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

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
        services.TryAddSingleton(_ => new Entropy(
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
        services.PostConfigure<StreamWorkerOptions>(options =>
        {
            if (string.IsNullOrEmpty(options.WorkerId))
                options.WorkerId = DefaultWorkerId();
        });
        services.AddOptions<StreamWorkerOptions>().ValidateOnStart();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<StreamWorkerOptions>>((host, worker) =>
        {
            var needed = worker.Value.DrainTimeout + AfterDrain;
            if (host.ShutdownTimeout < needed)
                host.ShutdownTimeout = needed;
        });
        services.TryAddSingleton<StreamWorkerHost>();
        services.TryAddSingleton<IConsumerOperations, ConsumerOperations>();
        services.TryAddSingleton<IWorkerStatusSource>(provider => provider.GetRequiredService<StreamWorkerHost>());
        services.AddHostedService(provider => provider.GetRequiredService<StreamWorkerHost>());
        services.AddHostedService<FailureDestinationCheck>();
        configure(new StreamWorkerBuilder(services));
        return services;
    }

    private static string DefaultWorkerId()
    {
        var name = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName;
        return string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-').Take(128)) is { Length: > 0 } valid ? valid : "worker";
    }
}
