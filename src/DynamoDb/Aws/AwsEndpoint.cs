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
    public static void Apply(DynamoDbOptions options, ClientConfig config) => Apply(options, config, options.ServiceUrl);

    /// <summary>Sets region and endpoint of streams.</summary>
    public static void ApplyForStreams(DynamoDbOptions options, ClientConfig config)
    {
        var variable = config.IgnoreConfiguredEndpointUrls ? null : Environment.GetEnvironmentVariable(StreamsVariable);
        Apply(options, config, options.StreamsServiceUrl ?? options.ServiceUrl ?? (string.IsNullOrEmpty(variable) ? null : variable));
    }

    private static void Apply(DynamoDbOptions options, ClientConfig config, string? serviceUrl)
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
            config.AuthenticationRegion = Region(options, includeInstanceMetadata: false)?.SystemName ?? EmulatorRegion;
        }
        else
        {
            config.RegionEndpoint = Region(options, includeInstanceMetadata: true)
                ?? throw Invalid("No AWS region is set. Set AWS_REGION, or a region in the AWS profile, or AWS_ENDPOINT_URL_DYNAMODB to use an emulator.");
        }
    }

    private static RegionEndpoint? Region(DynamoDbOptions options, bool includeInstanceMetadata) => NullIfEmpty(options.Region) is { } region
        ? RegionEndpoint.GetBySystemName(region)
        : FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static StreamServiceException Invalid(string message) => new(StreamErrorKind.InvalidRequest, message);
}
