using System.Diagnostics.CodeAnalysis;
using Amazon.SecurityToken;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;
using StreamWorker.DynamoDb.Failures;

namespace StreamWorker.DynamoDb;

/// <summary>Registers the AWS side of a consumer.</summary>
public static class DynamoDbServiceCollectionExtensions
{
    /// <summary>Registers streams, tables and the lease table of DynamoDB, and what opens failure destinations, each as a singleton, unless another implementation is registered already.</summary>
    /// <remarks>
    /// Credentials, region and endpoints are those of the AWS SDK: <c>AWS_REGION</c>, <c>AWS_PROFILE</c>, roles; <c>AWS_ENDPOINT_URL_DYNAMODB</c> alone points tables and streams at an emulator;
    /// failure destinations have <c>AWS_ENDPOINT_URL_SQS</c>, <c>_SNS</c> and <c>_S3</c>, and the region of their ARN.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <returns>The services.</returns>
    // The SDK's chain assumes roles (web identity of a pod, role profiles) with AWSSDK.SecurityToken, which Core finds by name through reflection: nothing else
    // in this assembly refers to it. These two lines bring the assembly into the application and keep what is looked up when the application is trimmed.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceConfig))]
    public static IServiceCollection AddDynamoDbStreams(this IServiceCollection services, Action<DynamoDbOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<DynamoDbOptions>();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DynamoDbOptions>, DynamoDbOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IStreamsClient>(static provider => new DynamoDbStreamsClient(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ITableDirectory>(static provider => new DynamoDbTableDirectory(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ILeaseStore>(static provider => new DynamoDbLeaseStore(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ICurrentItems>(static provider => new DynamoDbCurrentItems(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IFailureDestinationFactory>(static provider => new AwsFailureDestinations(
            Options(provider), provider.GetRequiredService<IOptions<StreamWorkerOptions>>().Value.Application, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static DynamoDbOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<DynamoDbOptions>>().Value;
}
