using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Testing;

/// <content>What became of the records, and what is to become of them.</content>
public sealed partial class StreamHarness
{
    /// <summary>Gets every delivery that has ended, in the order in which they ended.</summary>
    public IReadOnlyList<RecordDelivery> Deliveries => _world.Log.Deliveries;

    /// <summary>Gets the records that were handled, each once, in the order in which they were handled first.</summary>
    public IReadOnlyList<DeliveredRecord> Handled =>
        [.. Deliveries.Where(delivery => delivery.Outcome == DeliveryOutcome.Handled).Select(delivery => delivery.Record).Distinct()];

    /// <summary>Gets the records that have failed and were never handled, in the order in which they failed first.</summary>
    public IReadOnlyList<DeliveredRecord> Failed =>
        [.. Deliveries.Where(delivery => delivery.Outcome == DeliveryOutcome.Failed).Select(delivery => delivery.Record).Distinct().Where(record => record.TimesHandled == 0)];

    /// <summary>Gets the records that were delivered more than once, whatever came of it, in the order of their first delivery.</summary>
    public IReadOnlyList<DeliveredRecord> Retried => [.. Deliveries.Select(delivery => delivery.Record).Distinct().Where(record => record.Attempts > 1)];

    /// <summary>Gets what was given up and has reached <see cref="FailureDestination"/>, each batch once, in the order in which they came.</summary>
    public IReadOnlyList<DiscardedBatch> GivenUp => FailureDestination.Batches;

    /// <summary>Lets the handler fail instead of handling a record, or after it has handled it. The consumer's own layers see the failure, too.</summary>
    /// <param name="times">How often it fails. At least 1.</param>
    /// <param name="of">Which records; null for any.</param>
    /// <param name="error">Makes what it fails with; null for an <see cref="InvalidOperationException"/>.</param>
    /// <param name="afterHandler">Whether the handler does its work first: what it has done is done, and the record is delivered again.</param>
    /// <remarks>Where the consumer handles batches, the whole batch fails that has such a record. Orders are kept apart: the oldest one that fits is used up first.</remarks>
    public void FailNext(int times = 1, Func<StreamRecord, bool>? of = null, Func<Exception>? error = null, bool afterHandler = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        _world.Faults.Order(times, of, error ?? (static () => new InvalidOperationException("The test has ordered this failure.")), afterHandler);
    }
}
