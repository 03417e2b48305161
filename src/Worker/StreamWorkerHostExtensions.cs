using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;
using StreamWorker.DynamoDb;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Handlers;
using StreamWorker.Worker.Management;

namespace StreamWorker.Worker;

/// <summary>Makes a host a worker.</summary>
public static class StreamWorkerHostExtensions
{
    private const string DefaultPort = "8081";

    /// <summary>
    /// Makes the host consume DynamoDB streams: binds and checks the configuration section <c>StreamWorker</c>, reaches DynamoDB as the AWS SDK is configured,
    /// logs to standard error, and, in a web host, answers <c>/healthz/live</c>, <c>/healthz/ready</c>, <c>/healthz/startup</c>, <c>/api/status</c> and a status
    /// page at <c>/</c>, on port 8081 unless the host says another.
    /// </summary>
    /// <remarks>
    /// <para>Delivery is at least once, in order for each item.</para>
    /// <para>What the configuration section of a consumer says wins over what code says. Every fault of the configuration is found when the host is built, which
    /// then fails with one <see cref="OptionsValidationException"/> that names each key, value and rule.</para>
    /// </remarks>
    /// <typeparam name="TBuilder">The host's kind: with <see cref="WebApplicationBuilder"/> the endpoints are there, without a web server the rest works alike.</typeparam>
    /// <param name="builder">The host.</param>
    /// <param name="configure">Adds the consumers, all of them.</param>
    /// <returns>The host.</returns>
    /// <exception cref="InvalidOperationException">The host is a worker already, or a consumer has no handler.</exception>
    public static TBuilder AddStreamWorker<TBuilder>(this TBuilder builder, Action<StreamWorkerBuilder> configure)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddStreamWorker(worker =>
        {
            configure(worker);
            return new HashSet<string>();
        });
    }

    /// <summary>Makes the host a worker whose consumers are those of the configuration, with the handlers that it names.</summary>
    internal static TBuilder AddConfiguredStreamWorker<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder =>
        builder.AddStreamWorker(worker => ConfiguredConsumers.Add(worker, builder.Configuration));

    private static TBuilder AddStreamWorker<TBuilder>(this TBuilder builder, Func<StreamWorkerBuilder, IReadOnlySet<string>> configure)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(ConsumerCatalog)))
            throw new InvalidOperationException("AddStreamWorker was called before: add all consumers in one call.");

        services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        // What a worker says would drown in a line for every probe. The first rule is the weakest: any other about the same category wins.
        services.PostConfigure<LoggerFilterOptions>(options => options.Rules.Insert(0, new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null)));

        services.AddStreamWorkerConsumers(worker =>
        {
            var configured = configure(worker);
            services.AddSingleton(new ConsumerCatalog([.. worker.ConsumerNames], configured));
        });
        services.AddSingleton<IValidateOptions<StreamWorkerOptions>, ConfigurationValidator>();
        services.AddDynamoDbStreams();
        AddOptions(services);
        services.TryAddSingleton(_ => RecordOutput.OpenStandardOutput());

        if (builder is WebApplicationBuilder web)
        {
            if (!SaysWhereToListen(web.Configuration))
                web.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, DefaultPort);
            services.AddSingleton<OperationEndpoints>();
            services.AddSingleton<IStartupFilter, ManagementEndpoints>();
        }

        return builder;
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddSingleton<OptionsFromSettings>();
        services.AddSingleton<IConfigureOptions<StreamWorkerOptions>>(provider => provider.GetRequiredService<OptionsFromSettings>());
        services.AddSingleton<IConfigureOptions<ConsumerOptions>>(provider => provider.GetRequiredService<OptionsFromSettings>());
        services.AddSingleton<IConfigureOptions<DynamoDbOptions>>(provider => provider.GetRequiredService<OptionsFromSettings>());
    }

    private static bool SaysWhereToListen(ConfigurationManager configuration) =>
        new[] { WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey }.Any(key => !string.IsNullOrEmpty(configuration[key]))
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
