using Amazon.Runtime;

namespace StreamWorker.DynamoDb;

/// <summary>How DynamoDB is reached. What is not set here is taken from where the AWS SDK takes it: environment, profile, role.</summary>
public sealed class DynamoDbOptions
{
    /// <summary>Gets or sets the region.</summary>
    /// <value>For example <c>eu-central-1</c>. The default is null: <c>AWS_REGION</c>, the profile's region, or that of the instance. With a custom endpoint a missing region means <c>us-east-1</c>.</value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the endpoint of tables, and of streams unless <see cref="StreamsServiceUrl"/> is set.</summary>
    /// <value>An absolute http or https URL. The default is null: <c>AWS_ENDPOINT_URL_DYNAMODB</c>, <c>AWS_ENDPOINT_URL</c>, the profile, or the region's endpoint.</value>
    /// <remarks>An emulator serves tables and streams at one endpoint. Must not be combined with FIPS or dual-stack.</remarks>
    public string? ServiceUrl { get; set; }

    /// <summary>Gets or sets the endpoint of streams, where it is another one than that of tables.</summary>
    /// <value>An absolute http or https URL. The default is null: <c>AWS_ENDPOINT_URL_DYNAMODB_STREAMS</c>, otherwise as <see cref="ServiceUrl"/>.</value>
    /// <remarks>Needed when tables are reached through an interface endpoint of a VPC, which does not serve streams.</remarks>
    public string? StreamsServiceUrl { get; set; }

    /// <summary>Gets or sets whether FIPS endpoints are used.</summary>
    /// <value>The default is null: <c>AWS_USE_FIPS_ENDPOINT</c> or the profile.</value>
    public bool? UseFipsEndpoint { get; set; }

    /// <summary>Gets or sets whether dual-stack endpoints (IPv4 and IPv6) are used.</summary>
    /// <value>The default is null: <c>AWS_USE_DUALSTACK_ENDPOINT</c> or the profile.</value>
    public bool? UseDualStackEndpoint { get; set; }

    /// <summary>Gets or sets the credentials.</summary>
    /// <value>The default is null: the SDK's chain of environment, web identity, profile, container and instance.</value>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>Gets or sets how long one GetRecords may take, with its whole answer.</summary>
    /// <value>The default is 10 seconds. Allowed: above 0, at most 1 day.</value>
    public TimeSpan GetRecordsTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long any other call to streams or tables may take, with its repetition.</summary>
    /// <value>The default is 5 seconds. Allowed: above 0, at most 1 day. The lease table has its own: <see cref="DynamoDbLeaseStoreOptions"/>.</value>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many bytes one answer may have.</summary>
    /// <value>The default is 64 MiB. A page has at most 1,000 records or 1 MB of data; as JSON it can be several times as long.</value>
    public int MaximumAnswerBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Gets the settings of the lease table.</summary>
    /// <value>The defaults of <see cref="DynamoDbLeaseStoreOptions"/>.</value>
    public DynamoDbLeaseStoreOptions Leases { get; } = new();

    /// <summary>Gets or sets the endpoint of queues, topics and buckets, all of them; null for where the SDK looks for each.</summary>
    internal string? OtherServicesUrl { get; set; }
}
