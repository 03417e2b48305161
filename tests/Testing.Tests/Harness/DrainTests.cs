using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class DrainTests
{
    [Fact]
    public async Task Drain_returns_when_every_record_is_handled_and_its_position_is_stored()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        var last = harness.Table.Delete(new TestItem().With("id", "o-1"))!;
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1", "o-2", "o-1"], harness.Handled.Ids());
        Assert.Equal(EventName.Remove, harness.Handled[2].Record.EventName);
        Assert.Equal(last.SequenceNumber, harness.CheckpointOf(last.Shard));
        Assert.Empty(harness.Failed);
        Assert.Empty(harness.Retried);
    }

    [Fact]
    public async Task Drain_of_an_empty_table_returns()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        await harness.DrainAsync(Orders.Cancellation);
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Empty(harness.Deliveries);
    }

    [Fact]
    public async Task Drain_goes_on_where_the_last_one_ended()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        for (var i = 0; i < 5; i++)
        {
            harness.PutOrder($"o-{i}");
            await harness.DrainAsync(Orders.Cancellation);
            Assert.Equal(i + 1, harness.Deliveries.Count);
        }
    }

    [Fact]
    public async Task Drain_waits_for_retries_with_minutes_between_them()
    {
        var tries = new List<DateTimeOffset>();
        StreamHarness? harness = null;
        await using (harness = StreamHarness.Create(consumer => consumer
            .Configure(options => (options.RetryDelay, options.MaximumRetryDelay) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)))
            .Handle((_, _, _) =>
            {
                tries.Add(harness!.Time.GetUtcNow());
                return tries.Count < 4 ? throw new IOException("down") : default;
            })))
        {
            harness.PutOrder("o-1");
            await harness.DrainAsync(Orders.Cancellation);
            Assert.Equal(4, tries.Count);
            Assert.InRange(tries[3] - tries[0], TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(60));
            var record = Assert.Single(harness.Handled);
            Assert.Equal((4, 1, 3), (record.Attempts, record.TimesHandled, record.Errors.Count));
            Assert.Same(record, Assert.Single(harness.Retried));
            Assert.Empty(harness.Failed);
        }
    }

    [Fact]
    public async Task Drain_raises_what_fails_at_every_attempt_when_all_else_is_handled()
    {
        await using var harness = StreamHarness.Create(Orders.Failing("o-2"), options: new() { MaximumAttempts = 3 });
        harness.PutOrder("o-1");
        var record = harness.PutOrder("o-2");
        harness.PutOrder("o-3");
        var error = await Assert.ThrowsAsync<StreamHarnessException>(() => harness.DrainAsync(Orders.Cancellation));
        Assert.Equal(
            $$"""
            1 record failed at every attempt, and 1 record behind wait:
              Insert of {"id":"o-2"} ({{record.Shard}}, {{record.SequenceNumber}}): 3 attempts, the last with IOException: No index for o-2.
            Where a test expects that, SettleAsync returns and StreamHarness.Failed lists them.
            """,
            error.Message);
        Assert.IsType<IOException>(error.InnerException);
        Assert.Equal(["o-2"], error.Failed.Ids());
        Assert.Equal(["o-1"], harness.Handled.Ids());
        Assert.Equal(["o-1 Handled", "o-2 Failed", "o-2 Failed", "o-2 Failed"], harness.Deliveries.Lines());
    }

    [Fact]
    public async Task Settle_returns_with_what_fails_listed_and_goes_on_when_it_is_mended()
    {
        var isDown = true;
        await using var harness = StreamHarness.Create(Orders.Handler((_, _) => isDown ? throw new IOException("down") : default), options: new() { MaximumAttempts = 2 });
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.SettleAsync(Orders.Cancellation);
        Assert.Equal(2, Assert.Single(harness.Failed).Attempts);
        await harness.SettleAsync(Orders.Cancellation);
        Assert.Equal(4, Assert.Single(harness.Failed).Attempts);
        isDown = false;
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1", "o-2"], harness.Handled.Ids());
        Assert.Empty(harness.Failed);
    }

    [Fact]
    public async Task Failing_record_holds_up_its_shard_and_that_ones_children_and_nothing_else()
    {
        await using var harness = StreamHarness.Create(Orders.Failing("o-0"), options: new() { Table = new() { Shards = 4 }, MaximumAttempts = 2 });
        var failing = harness.PutOrder("o-0").Shard;
        for (var i = 1; i < 40; i++)
            harness.PutOrder($"o-{i}");
        var child = harness.Table.RollShard(failing);
        for (var i = 40; i < 80; i++)
            harness.PutOrder($"o-{i}");
        await harness.SettleAsync(Orders.Cancellation);
        var expected = harness.Table.Records.Where(record => record.Shard != failing && record.Shard != child).Select(record => record.EventId).ToHashSet();
        Assert.Equal(expected, harness.Handled.Select(record => record.Record.EventId).ToHashSet());
        var error = await Assert.ThrowsAsync<StreamHarnessException>(() => harness.DrainAsync(Orders.Cancellation));
        Assert.StartsWith($"1 record failed at every attempt, and {80 - expected.Count - 1} records behind wait:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_follows_shards_that_roll_and_split_and_streams_that_end()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.PutOrder("a");
        harness.Table.RollShard();
        harness.PutOrder("b");
        await harness.DrainAsync(Orders.Cancellation);
        harness.Table.SplitShard(harness.Table.Shards[^1].Id);
        harness.PutOrder("c");
        harness.PutOrder("d");
        harness.Table.DisableStream();
        harness.Table.EnableStream();
        harness.PutOrder("e");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["a", "b", "c", "d", "e"], harness.Handled.Ids().Order());
    }

    [Fact]
    public async Task Consumer_that_starts_at_the_latest_position_is_drained_although_it_is_not_given_what_was_there()
    {
        await using var harness = StreamHarness.Create(consumer => consumer
            .Configure(options => options.StartingPosition = StartingPosition.Latest)
            .Handle((_, _, _) => default));
        harness.PutOrder("before");
        await harness.StartAsync(Orders.Cancellation);
        harness.PutOrder("after");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["after"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Consumer_that_starts_at_the_latest_position_with_nothing_new_is_drained()
    {
        await using var harness = StreamHarness.Create(consumer => consumer
            .Configure(options => options.StartingPosition = StartingPosition.Latest)
            .Handle((_, _, _) => default));
        harness.PutOrder("before");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Empty(harness.Deliveries);
    }

    [Fact]
    public async Task Drain_gives_up_when_nothing_happens_and_says_what_the_worker_says()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.Streams.OnCall = call => call.Operation == StreamsOperation.GetRecords ? StreamFaults.Throttled() : null;
        var record = harness.PutOrder("o-1");
        var error = await Assert.ThrowsAsync<StreamHarnessException>(() => harness.DrainAsync(Orders.Cancellation));
        Assert.Matches("^Nothing has happened for 00:16:0[0-9] ", error.Message);
        Assert.EndsWith(
            $"""
             of the harness's time, and not everything is handled:
              {record.Shard}: 1 record not handled
              consumer:consumer: Rate exceeded
              {record.Shard}: Rate exceeded
            """,
            error.Message,
            StringComparison.Ordinal);
        harness.Streams.OnCall = null;
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Drain_gives_up_on_a_position_that_is_never_stored()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing, options: new() { Patience = TimeSpan.FromMinutes(5) });
        harness.Leases.OnCall = call => call.Operation == LeaseStoreOperation.Checkpoint ? LeaseStoreFault.Throttled() : null;
        harness.PutOrder("o-1");
        var error = await Assert.ThrowsAsync<StreamHarnessException>(() => harness.DrainAsync(Orders.Cancellation));
        Assert.Contains("its position is not stored", error.Message, StringComparison.Ordinal);
        Assert.Equal(["o-1"], harness.Handled.Ids());
    }
}
