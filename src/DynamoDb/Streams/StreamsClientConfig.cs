using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>What the SDK's pipeline wants to know about the Streams API.</summary>
internal sealed class StreamsClientConfig : ClientConfig
{
    public const string Service = "DynamoDB Streams";

    private static readonly string Agent = InternalSDKUtils.BuildUserAgentString("DynamoDB Streams", "4.1.0");

    public StreamsClientConfig()
        : base(new DefaultConfigurationProvider(Enum.GetValues<DefaultConfigurationMode>().Select(Defaults)))
    {
        // The id by which the SDK looks up endpoints in environment and profile: the one of tables, so that one setting points both at an emulator.
        ServiceId = "DynamoDB";
        AuthenticationServiceName = "dynamodb";
    }

    public override string RegionEndpointServiceName => "streams.dynamodb";

    public override string ServiceVersion => "2012-08-10";

    public override string UserAgent => Agent;

    /// <summary>Resolves the endpoint, once region and URL are settled.</summary>
    public void FixEndpoint() => EndpointProvider = new FixedEndpoint(
        string.IsNullOrEmpty(ServiceURL) ? StreamsEndpointRules.Resolve(RegionEndpoint.SystemName, UseFIPSEndpoint, UseDualstackEndpoint) : ServiceURL);

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => EndpointProvider.ResolveEndpoint(null);

    private static DefaultConfiguration Defaults(DefaultConfigurationMode mode) => new() { Name = mode, RetryMode = RequestRetryMode.Standard };

    private sealed class FixedEndpoint(string url) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters? parameters) => new(url);
    }
}
