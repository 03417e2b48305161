using StreamWorker.Batches;

namespace StreamWorker.Testing.Tests.Harness;

/// <summary>What the tests of the harness have in common: a table of orders, and a handler that notes what it is given.</summary>
internal static class Orders
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static WrittenRecord PutOrder(this StreamHarness harness, string id, int total = 1) =>
        harness.Table.Put(new TestItem().With("id", id).With("total", total))!;

    public static IReadOnlyList<string> Ids(this IEnumerable<DeliveredRecord> records) => [.. records.Select(record => IdOf(record.Record))];

    /// <summary>Gives each delivery as its record's id and its outcome, for example <c>o-1 Failed</c>.</summary>
    public static IReadOnlyList<string> Lines(this IEnumerable<RecordDelivery> deliveries) => [.. deliveries.Select(delivery => $"{IdOf(delivery.Record.Record)} {delivery.Outcome}")];

    public static string IdOf(StreamRecord record) => record.Keys.GetString("id");

    public static Action<ConsumerBuilder> Handler(Func<StreamRecord, CancellationToken, ValueTask> handler) =>
        consumer => consumer.Handle((record, _, cancellationToken) => handler(record, cancellationToken));

    /// <summary>Fails for the orders that are named.</summary>
    public static Action<ConsumerBuilder> Failing(params string[] ids) =>
        Handler((record, _) => ids.Contains(IdOf(record)) ? throw new IOException($"No index for {IdOf(record)}.") : default);

    public static Action<ConsumerBuilder> Nothing { get; } = Handler((_, _) => default);
}
