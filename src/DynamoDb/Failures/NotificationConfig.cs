using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.Util.Internal;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>What the SDK's pipeline wants to know about SNS.</summary>
internal sealed class NotificationConfig : ClientConfig
{
    public const string Service = "SNS";

    private static readonly string Agent = InternalSDKUtils.BuildUserAgentString("SNS", "4.1.0");

    public NotificationConfig()
        : base(new DefaultConfigurationProvider(Enum.GetValues<DefaultConfigurationMode>().Select(Defaults)))
    {
        ServiceId = Service;
        AuthenticationServiceName = "sns";
    }

    public override string RegionEndpointServiceName => "sns";

    public override string ServiceVersion => "2010-03-31";

    public override string UserAgent => Agent;

    /// <summary>Resolves the endpoint, once region and URL are settled.</summary>
    public void FixEndpoint() => EndpointProvider = new FixedEndpoint(string.IsNullOrEmpty(ServiceURL) ? Resolve(RegionEndpoint.SystemName) : ServiceURL);

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => EndpointProvider.ResolveEndpoint(null);

    private static DefaultConfiguration Defaults(DefaultConfigurationMode mode) => new() { Name = mode, RetryMode = RequestRetryMode.Standard };

    private string Resolve(string region)
    {
        var partition = Fn.Partition(region);
        // The plain name of the government's regions is a FIPS one.
        var host = UseFIPSEndpoint && (partition.name != "aws-us-gov" || UseDualstackEndpoint) ? "sns-fips" : "sns";
        return $"https://{host}.{region}.{(UseDualstackEndpoint ? partition.dualStackDnsSuffix : partition.dnsSuffix)}";
    }

    private sealed class FixedEndpoint(string url) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters? parameters) => new(url);
    }
}
