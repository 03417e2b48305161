namespace StreamWorker.Testing.Tests.Harness;

public sealed class OrderTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_runs_give_the_same_history(int? seed) => Assert.Equal(await HistoryAsync(seed), await HistoryAsync(seed));

    [Fact]
    public async Task Seeds_give_different_histories()
    {
        var histories = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 8; seed++)
            histories.Add(string.Join('\n', await HistoryAsync(seed)));
        Assert.True(histories.Count > 4, $"{histories.Count} of 8");
    }

    [Fact]
    public async Task Items_are_handled_in_the_order_of_their_writes_whatever_the_seed()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            await using var harness = Busy(seed);
            await harness.DrainAsync(Orders.Cancellation);
            foreach (var item in harness.Handled.GroupBy(record => Orders.IdOf(record.Record)))
                Assert.Equal(item.Select(record => record.Record.SequenceNumber).Order(), item.Select(record => record.Record.SequenceNumber));
            Assert.Equal(harness.Table.Records.Count, harness.Handled.Count);
        }
    }

    [Fact]
    public async Task Worker_never_leaves_the_harness()
    {
        await using var harness = Busy(1);
        await harness.DrainAsync(Orders.Cancellation);
        await harness.StopWorkerAsync(Orders.Cancellation);
        harness.PutOrder("more");
        await harness.DrainAsync(Orders.Cancellation);

        // The start of each worker and the one stop come from the test.
        Assert.Equal(3, harness.ForeignPosts);
    }

    [Fact]
    public async Task Five_hundred_tests_are_over_at_once()
    {
        for (var i = 0; i < 500; i++)
        {
            await using var harness = StreamHarness.Create(Orders.Nothing);
            harness.FailNext(times: 3);
            harness.PutOrder("o-1");
            harness.PutOrder("o-2");
            await harness.DrainAsync(Orders.Cancellation);
            Assert.Equal(["o-1", "o-2"], harness.Handled.Ids());
        }
    }

    private static async Task<List<string>> HistoryAsync(int? seed)
    {
        await using var harness = Busy(seed);
        await harness.DrainAsync(Orders.Cancellation);
        return
        [
            .. harness.Deliveries.Select(delivery => $"{delivery.EndedAt:O} {delivery.Record} {delivery.Attempt} {delivery.Outcome} {delivery.LeaseEpoch}"),
            .. harness.Leases.Calls.Select(call => $"{call}"),
            .. harness.Streams.Calls.Select(call => $"{call}"),
        ];
    }

    /// <summary>Makes a harness with several shards, a roll, failures, a lost lease and handlers that wait for each other's time.</summary>
    private static StreamHarness Busy(int? seed)
    {
        StreamHarness? harness = null;
        harness = StreamHarness.Create(
            Orders.Handler(async (record, cancellationToken) =>
            {
                await Task.Yield();
                await Task.Delay(TimeSpan.FromMilliseconds(record.NewImage!.GetInt64("total")), harness!.Time, cancellationToken);
            }),
            options: new() { Seed = seed, Table = new() { Shards = 4 } });
        for (var i = 0; i < 60; i++)
            harness.PutOrder($"o-{i % 20}", total: i + 1);
        harness.Table.RollShard(harness.Table.Shards[1].Id);
        harness.Table.SplitShard(harness.Table.Shards[2].Id);
        for (var i = 60; i < 100; i++)
            harness.PutOrder($"o-{i % 20}", total: i + 1);
        harness.FailNext(3);
        harness.FailNext(2, record => Orders.IdOf(record) == "o-7");
        harness.OnHandling = (record, _) =>
        {
            if (record.NewImage!.GetInt64("total") == 50)
            {
                harness.OnHandling = null;
                harness.LoseLeases();
            }

            return default;
        };
        return harness;
    }
}
