using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StreamWorker.Diagnostics;

/// <summary>The source of spans and the meter of this library, and the names that they use: OpenTelemetry's for messaging. Nothing is recorded, nor allocated, while nobody listens.</summary>
internal static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "StreamWorker";

    /// <summary>The value of <c>messaging.system</c>.</summary>
    public const string System = "aws.dynamodb_streams";

    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string MessagingSystem = "messaging.system";
    public const string Destination = "messaging.destination.name";
    public const string Partition = "messaging.destination.partition.id";
    public const string ConsumerGroup = "messaging.consumer.group.name";
    public const string MessageId = "messaging.message.id";
    public const string ErrorType = "error.type";

    private const string SchemaUrl = "https://opentelemetry.io/schemas/1.44.0";

    private static readonly string? s_version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>Gets the source of every span.</summary>
    public static ActivitySource Source { get; } = new(new ActivitySourceOptions(Name) { Version = s_version, TelemetrySchemaUrl = SchemaUrl });

    /// <summary>Gets the meter of every instrument.</summary>
    public static Meter Meter { get; } = new(new MeterOptions(Name) { Version = s_version, TelemetrySchemaUrl = SchemaUrl });
}
