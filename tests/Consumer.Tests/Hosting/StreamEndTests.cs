namespace StreamWorker.Consumer.Tests;

/// <summary>S35, S76: streams that end, vanish, or are said to have vanished.</summary>
public sealed class StreamEndTests
{
    [Fact]
    public void Worker_S35_whose_stream_is_listed_and_said_to_be_unknown_keeps_its_shards_and_is_not_ready_until_it_is_known_again() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one", worker: options => options.DiscoveryInterval = TimeSpan.FromSeconds(5)).StartAsync();
        await world.UntilAsync(() => worker.Shards.Count == 1);
        fleet.Streams.OnCall = call => call.Operation == StreamsOperation.DescribeStream ? StreamFaults.NotFound() : null;
        await world.PassAsync(300);
        Assert.False(worker.Loop.Readiness.IsHealthy);
        fleet.Write(3);
        await fleet.AllHandledAsync(3);
        fleet.Streams.OnCall = null;
        await world.UntilAsync(() => worker.Loop.Readiness.IsHealthy, 15);
        Assert.Equal(1, Assert.Single(worker.Shards).Epoch);
        Assert.Empty(worker.LogOf(LogLevel.Critical));
        await fleet.CloseAsync();
    });

    [Fact]
    public void Worker_S35_whose_stream_is_neither_known_nor_listed_says_what_is_lost_and_goes_on_with_the_next_stream() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var worker = await fleet.Add("one").StartAsync();
        fleet.Write(2);
        await fleet.AllHandledAsync();
        await worker.StopAsync();
        var old = fleet.Table.Shards[0].Id;
        var last = fleet.Table.Records[1].SequenceNumber;
        fleet.Write(2);
        var second = fleet.Add("two");
        second.OnRecord = static (_, _) => throw new InvalidOperationException("not yet");
        second.Start();
        await world.UntilAsync(() => second.Shards.Any(shard => shard.LastError is not null));
        second.Streams.Forgotten = fleet.Table.StreamArn;
        fleet.Table.DisableStream();
        fleet.Table.EnableStream();
        var lines = () => second.LogOf(LogLevel.Critical).Where(line => line.Contains("is gone before it was read to its end", StringComparison.Ordinal));
        await world.UntilAsync(() => lines().Any(), 120);
        second.OnRecord = null;
        fleet.Write(3);
        await world.UntilAsync(() => fleet.Deliveries.Count == 5);
        var line = Assert.Single(lines());
        Assert.Contains(old.Value, line, StringComparison.Ordinal);
        Assert.Contains(last.ToString(), line, StringComparison.Ordinal);
        await second.StopAsync();
    });

    [Fact]
    public void Worker_S35_that_names_an_unknown_stream_and_may_not_list_streams_does_not_start() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var unknown = fleet.Table.StreamArn.Value + "0";
        fleet.Streams.OnCall = call => call.Operation == StreamsOperation.ListStreams ? StreamFaults.AccessDenied() : null;
        var worker = fleet.Add("one", options => (options.TableName, options.StreamArn) = (null, unknown)).Start();
        await world.UntilAsync(() => worker.Consuming.IsCompleted);
        var error = await Assert.ThrowsAsync<WorkerStartupException>(() => worker.Consuming);
        Assert.Contains(unknown, error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Worker_S76_that_starts_when_every_known_shard_of_an_old_stream_is_done_reads_what_that_has_besides_first() => World.Run(async world =>
    {
        var fleet = new Fleet(world);
        var parent = fleet.Table.Shards[0].Id;
        var old = fleet.Scope;
        fleet.Table.RollShard();
        fleet.Write(3);
        await fleet.Store.CreateLeaseAsync(old, new NewLease(parent, null, LeaseStart.TrimHorizon, LeaseState.Done), default);
        fleet.Table.DisableStream();
        fleet.Table.EnableStream();
        fleet.Write(3);
        await fleet.Add("one").StartAsync();
        await world.UntilAsync(() => fleet.Deliveries.Count == 6);
        Assert.All(fleet.Store.Leases.Where(entry => entry.Scope == old), entry => Assert.Equal(LeaseState.Done, entry.Lease.State));
        await fleet.CloseAsync();
    });
}
