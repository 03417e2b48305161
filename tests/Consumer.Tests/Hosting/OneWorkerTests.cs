namespace StreamWorker.Consumer.Tests;

public sealed class OneWorkerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Worker_S70_S73_handles_every_record_once_and_in_order_while_shards_roll_and_split(int seed) => World.Run(
        async world =>
        {
            var fleet = new Fleet(world, new InMemoryTableOptions { Shards = 3 });
            fleet.Streams.RecordsPerPage = 7;
            var worker = await fleet.Add("one", options => options.BatchSize = 5).StartAsync();
            worker.OnRecord = async (_, cancellationToken) => await Waiting.ForTimeAsync(TimeSpan.FromMilliseconds(3), world.Clock, cancellationToken);
            for (var generation = 0; generation < 4; generation++)
            {
                fleet.Write(40, items: 20);
                await world.PassAsync(0.3);
                var open = fleet.Table.Shards.Where(shard => !shard.IsClosed).ToList();
                fleet.Table.RollShard(open[generation % open.Count].Id);
                fleet.Write(40, items: 20);
                fleet.Table.SplitShard(open[(generation + 1) % open.Count].Id);
                fleet.Write(40, items: 20);
                await world.PassAsync(0.4);
            }

            await fleet.AllHandledAsync();
            Assert.Equal(fleet.Written.Count, fleet.Deliveries.Count);
            Assert.Empty(worker.LogOf(LogLevel.Warning));
            await fleet.CloseAsync();
        },
        seed);

    [Fact]
    public void Worker_V20_does_not_start_a_child_while_its_parents_last_batch_is_failing_S70() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one", options => options.MaximumRetryDelay = TimeSpan.FromSeconds(2), options => options.DiscoveryInterval = TimeSpan.FromSeconds(5)).StartAsync();
        var isFailing = true;
        worker.OnRecord = (_, _) => isFailing ? throw new InvalidOperationException("poison") : default;
        fleet.Write(3);
        var parent = fleet.Table.Shards[0].Id;
        var child = fleet.Table.RollShard();
        fleet.Write(3);
        await world.PassAsync(30);
        Assert.Empty(fleet.Deliveries);
        Assert.Equal(parent.Value, Assert.Single(worker.Shards).Shard);
        Assert.Null(fleet.LeaseOf(child)?.Owner);
        Assert.Null(fleet.LeaseOf(parent)!.Checkpoint);
        isFailing = false;
        await fleet.AllHandledAsync();
        Assert.Equal(fleet.Written, fleet.Handled);
        Assert.Equal(LeaseState.Done, fleet.LeaseOf(parent)!.State);
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_with_a_split_while_the_handler_fails_loses_nothing_and_keeps_order() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one", options => options.MaximumRetryDelay = TimeSpan.FromSeconds(2)).StartAsync();
        var isFailing = true;
        worker.OnRecord = (_, _) => isFailing ? throw new InvalidOperationException("poison") : default;
        fleet.Write(20, items: 10);
        var children = fleet.Table.SplitShard(fleet.Table.Shards[0].Id);
        fleet.Write(20, items: 10);
        fleet.Table.RollShard(children[0]);
        fleet.Write(20, items: 10);
        await world.PassAsync(20);
        isFailing = false;
        await fleet.AllHandledAsync();
        Assert.Equal(60, fleet.Deliveries.Count);
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_goes_on_with_a_child_at_once_when_its_parent_ends_C9() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        await fleet.Add("one").StartAsync();
        fleet.Write(1);
        await fleet.AllHandledAsync();
        fleet.Table.RollShard();
        fleet.Write(1);
        await fleet.AllHandledAsync(0.3);
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_that_is_started_again_delivers_nothing_anew() => World.Run(async world =>
    {
        var fleet = new Fleet(world, new InMemoryTableOptions { Shards = 2 });
        var first = await fleet.Add("one").StartAsync();
        fleet.Write(50);
        await world.UntilAsync(() => fleet.Deliveries.Count > 20);
        fleet.Table.RollShard(fleet.Table.Shards[0].Id);
        await fleet.AllHandledAsync();
        await first.StopAsync();
        Assert.All(fleet.Store.Leases, entry => Assert.Null(entry.Lease.Owner));
        Assert.Empty(await fleet.Store.ListWorkersAsync("orders", default));
        await fleet.Add("one").StartAsync();
        await world.PassAsync(30);
        Assert.Equal(50, fleet.Deliveries.Count);
        fleet.Write(5);
        await fleet.AllHandledAsync();
        Assert.Equal(55, fleet.Deliveries.Count);
        await fleet.CloseAsync();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Worker_V34_that_is_killed_again_and_again_loses_nothing_and_repeats_only_what_was_behind_a_checkpoint(int seed) => World.Run(
        async world =>
        {
            var fleet = new Fleet(world, new InMemoryTableOptions { Shards = 2 });
            var random = new Random(seed);
            for (var life = 0; life < 4; life++)
            {
                var worker = fleet.Add($"life-{life}", options => options.BatchSize = 4, options => options.CheckpointInterval = TimeSpan.FromSeconds(0.2)).Start();
                worker.OnRecord = async (_, cancellationToken) => await Waiting.ForTimeAsync(TimeSpan.FromMilliseconds(20), world.Clock, cancellationToken);
                fleet.Write(60, items: 12);
                await world.PassAsync(4 + random.NextDouble());
                fleet.Table.RollShard(fleet.Table.Shards.First(shard => !shard.IsClosed).Id);
                await world.PassAsync(random.NextDouble());
                if (life < 3)
                    worker.Kill();
            }

            await fleet.AllHandledAsync();
            var repeated = fleet.Deliveries.Count - fleet.Handled.Count;
            Assert.InRange(repeated, 0, 3 * 2 * 20);
            await fleet.CloseAsync();
        },
        seed);

    [Fact]
    public void Worker_V28_goes_on_reading_while_listings_are_throttled() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one", worker: options => options.DiscoveryInterval = TimeSpan.FromSeconds(1)).StartAsync();
        fleet.Streams.OnCall = call => call.Operation == StreamsOperation.DescribeStream ? StreamFaults.Throttled() : null;
        await world.PassAsync(5);
        Assert.False(worker.Loop.Readiness.IsHealthy);
        fleet.Write(3);
        await fleet.AllHandledAsync(3);
        fleet.Streams.OnCall = null;
        await world.UntilAsync(() => worker.Loop.Readiness.IsHealthy, 15);
        await fleet.CloseAsync();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Worker_S35_that_is_told_once_that_its_stream_is_not_known_or_empty_takes_no_notice_of_it(bool isEmpty) => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one", worker: options => options.DiscoveryInterval = TimeSpan.FromSeconds(5)).StartAsync();
        await world.UntilAsync(() => worker.Shards.Count == 1);
        var faults = 2;
        if (isEmpty)
            fleet.Streams.OnDescribed = (_, answer) => faults-- > 0 ? answer with { Shards = [] } : answer;
        else
            fleet.Streams.OnCall = call => call.Operation == StreamsOperation.DescribeStream && faults-- > 0 ? StreamFaults.NotFound() : null;
        await world.UntilAsync(() => faults <= 0);
        await world.PassAsync(30);
        Assert.Equal(1, Assert.Single(worker.Shards).Epoch);
        Assert.True(worker.Loop.Readiness.IsHealthy);
        Assert.Single(fleet.Store.Leases);
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_S31_reports_what_was_trimmed_while_it_was_away_and_handles_the_rest() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var first = await fleet.Add("one").StartAsync();
        fleet.Write(2);
        await fleet.AllHandledAsync();
        await first.StopAsync();
        fleet.Write(3);
        var old = fleet.Table.Shards[0].Id;
        fleet.Passed.UnionWith(fleet.Written.Skip(2));
        fleet.Table.RollShard();
        fleet.Table.TrimShard(old);
        var before = fleet.Written.Count;
        fleet.Write(4);
        var second = await fleet.Add("one").StartAsync();
        await world.UntilAsync(() => fleet.Deliveries.Count == 6);
        Assert.Equal(fleet.Written.Skip(before), fleet.Handled.Skip(2));
        var critical = Assert.Single(second.LogOf(LogLevel.Critical));
        Assert.Contains(old.Value, critical, StringComparison.Ordinal);
        Assert.Contains(fleet.Table.Records[1].SequenceNumber.ToString(), critical, StringComparison.Ordinal);
        Assert.Equal(LeaseState.Done, fleet.LeaseOf(old)!.State);
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_S35_whose_shard_is_not_known_for_a_moment_begins_it_again_from_its_checkpoint() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one").StartAsync();
        fleet.Write(2);
        await fleet.AllHandledAsync();
        var faults = 1;
        fleet.Streams.OnCall = call => call.Operation == StreamsOperation.GetRecords && faults-- > 0 ? StreamFaults.NotFound() : null;
        fleet.Write(3);
        await fleet.AllHandledAsync();
        Assert.Equal(5, fleet.Deliveries.Count);
        Assert.Equal(2, Assert.Single(worker.Shards).Epoch);
        Assert.Empty(worker.LogOf(LogLevel.Critical));
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_fixture42_recreates_a_lease_that_somebody_deleted_and_no_child_overtakes_it() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one").StartAsync();
        fleet.Write(2);
        await fleet.AllHandledAsync();
        await worker.StopAsync();
        var old = fleet.Table.Shards[0].Id;
        fleet.Write(2);
        fleet.Table.RollShard();
        fleet.Write(2);
        fleet.Store.Delete(fleet.Scope, old);
        await fleet.Store.CreateLeaseAsync(fleet.Scope, new NewLease(fleet.Table.Shards[1].Id, old, LeaseStart.TrimHorizon), default);
        await fleet.Add("one").StartAsync();
        await fleet.AllHandledAsync();
        await fleet.CloseAsync();
    });
}
