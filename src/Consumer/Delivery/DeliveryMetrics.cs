using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Counts what becomes of records that are not handled.</summary>
internal sealed class DeliveryMetrics(BatchContext delivery)
{
    private static readonly Counter<long> s_filtered = Telemetry.Meter.CreateCounter<long>("streamworker.record.passed_over", "{record}", "Records that a consumer's filter passed over before batches were made.");
    private static readonly Counter<long> s_retries = Telemetry.Meter.CreateCounter<long>("streamworker.batch.retries", "{batch}", "Batches, or parts of them, that are tried again.");
    private static readonly Counter<long> s_discarded = Telemetry.Meter.CreateCounter<long>("streamworker.record.dead_letters", "{record}", "Records that were given up and are kept by the failure destination.");
    private static readonly Counter<long> s_dropped = Telemetry.Meter.CreateCounter<long>("streamworker.record.dropped", "{record}", "Records that were given up and are kept nowhere.");
    private static readonly Counter<long> s_undelivered = Telemetry.Meter.CreateCounter<long>("streamworker.destination.failures", "{batch}", "Batches that the failure destination did not take.");

    private readonly TagList _tags = new()
    {
        { Telemetry.MessagingSystem, Telemetry.System },
        { Telemetry.Destination, delivery.StreamArn?.TableName },
        { Telemetry.ConsumerGroup, delivery.Consumer },
    };

    public void Filtered(int records) => s_filtered.Add(records, _tags);

    public void Retried() => s_retries.Add(1, _tags);

    public void GivenUp(int records, bool isKept) => (isKept ? s_discarded : s_dropped).Add(records, _tags);

    public void Undelivered() => s_undelivered.Add(1, _tags);
}
