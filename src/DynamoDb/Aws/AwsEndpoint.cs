using Amazon;
using Amazon.Runtime;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>Decides once, when a client is made, which region and endpoint it talks to, and says what is wrong with the settings.</summary>
internal static class AwsEndpoint
{
    private const string StreamsVariable = "AWS_ENDPOINT_URL_DYNAMODB_STREAMS";
    private const string EmulatorRegion = "us-east-1";

    /// <summary>Sets region and endpoint of tables.</summary>
    public static void Apply(DynamoDbOptions options, ClientConfig config) => Apply(options, config, options.ServiceUrl, options.Region);

    /// <summary>Sets region and endpoint of tables that are named by an ARN.</summary>
    public static void ApplyForTables(DynamoDbOptions options, ClientConfig config, string region) => Apply(options, config, options.ServiceUrl, region);

    /// <summary>Sets region and endpoint of another service, whose endpoint is where the SDK looks for it: <c>AWS_ENDPOINT_URL_SQS</c>, for example.</summary>
    public static void ApplyForOthers(DynamoDbOptions options, ClientConfig config, string? region) => Apply(options, config, options.OtherServicesUrl, NullIfEmpty(region) ?? options.Region);

    /// <summary>Sets region and endpoint of streams.</summary>
    public static void ApplyForStreams(DynamoDbOptions options, ClientConfig config)
    {
        var variable = config.IgnoreConfiguredEndpointUrls ? null : Environment.GetEnvironmentVariable(StreamsVariable);
        Apply(options, config, options.StreamsServiceUrl ?? options.ServiceUrl ?? (string.IsNullOrEmpty(variable) ? null : variable), options.Region);
    }

    private static void Apply(DynamoDbOptions options, ClientConfig config, string? serviceUrl, string? region)
    {
        if (options.UseFipsEndpoint is { } fips)
            config.UseFIPSEndpoint = fips;
        if (options.UseDualStackEndpoint is { } dualStack)
            config.UseDualstackEndpoint = dualStack;

        // The getter reads AWS_ENDPOINT_URL_DYNAMODB (by the config's service id), AWS_ENDPOINT_URL and the profile, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set.
        var url = serviceUrl ?? NullIfEmpty(config.ServiceURL);
        if (url is not null)
        {
            if (config.UseFIPSEndpoint)
                throw Invalid($"The endpoint '{url}' is set together with FIPS endpoints: leave one of them out.");
            if (config.UseDualstackEndpoint)
                throw Invalid($"The endpoint '{url}' is set together with dual-stack endpoints: leave one of them out.");
            if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
                throw Invalid($"The endpoint '{url}' is not an absolute http or https URL, such as http://localhost:8000.");
            config.ServiceURL = url;
            config.AuthenticationRegion = Region(region, includeInstanceMetadata: false)?.SystemName ?? EmulatorRegion;
        }
        else
        {
            config.RegionEndpoint = Region(region, includeInstanceMetadata: true)
                ?? throw Invalid("No AWS region is set. Set AWS_REGION, or a region in the AWS profile, or AWS_ENDPOINT_URL_DYNAMODB to use an emulator.");
        }
    }

    private static RegionEndpoint? Region(string? name, bool includeInstanceMetadata) => NullIfEmpty(name) is { } region
        ? RegionEndpoint.GetBySystemName(region)
        : FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static StreamServiceException Invalid(string message) => new(StreamErrorKind.InvalidRequest, message);
}
