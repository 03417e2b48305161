namespace StreamWorker.Worker.Import;

/// <summary>The settings of a mapping that the worker does not have: why, and what takes their place.</summary>
internal static class WithoutCounterpart
{
    private const string Key = "it encrypts the filters that Lambda stores; protect the configuration itself, where it is kept, if its filters are confidential";
    private const string OtherSource = "it belongs to sources other than DynamoDB, and Lambda does not use it here; leave it out";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["KMSKeyArn"] = Key,
        ["KmsKeyArn"] = Key,
        ["MetricsConfig"] = "it makes Lambda count events in CloudWatch; the worker counts for itself, see /api/status",
        ["Tags"] = "they are labels of the mapping in AWS; label the workload that runs the worker instead",
        ["ScalingConfig"] = OtherSource,
        ["ProvisionedPollerConfig"] = OtherSource,
        ["SourceAccessConfigurations"] = OtherSource,
        ["SelfManagedEventSource"] = OtherSource,
        ["SelfManagedKafkaEventSourceConfig"] = OtherSource,
        ["AmazonManagedKafkaEventSourceConfig"] = OtherSource,
        ["DocumentDBEventSourceConfig"] = OtherSource,
        ["LoggingConfig"] = OtherSource,
        ["Queues"] = OtherSource,
        ["Topics"] = OtherSource,
        ["StartingPositionTimestamp"] = "DynamoDB streams cannot be entered at a time; StartingPosition alone counts",
    };

    public static IEnumerable<string> Settings => Reasons.Keys;

    public static string? Reason(string setting) => Reasons.GetValueOrDefault(setting);
}
