namespace StreamWorker.Consumer.Tests;

public sealed class CheckpointingTests
{
    [Fact]
    public void Handler_that_fails_for_30_seconds_holds_the_checkpoint_S38_and_then_everything_is_delivered() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 10, checkpointSeconds: 1);
        rig.Processor.OnBatch = (call, _) => new(rig.Now < TimeSpan.FromSeconds(30) && call.Numbers.Contains(15) ? call.FailAt(15) : BatchResult.Succeeded);
        rig.Read(1, 12);
        rig.Read(13, 40);
        var running = rig.RunAsync();
        for (var second = 1; second < 30; second++)
        {
            await world.PassAsync(1);
            Assert.Equal(Pages.Number(14), rig.Position);
            Assert.Equal(14, rig.Sink.Positions[^1]);
        }

        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await running);
        Assert.Equal(40, rig.Sink.Positions[^1]);
        Assert.Equal(rig.Sink.Positions.Order(), rig.Sink.Positions);
        var finished = rig.Batches.SelectMany(batch => batch).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), finished);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void Checkpoint_interval_of_zero_stores_after_each_batch() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1);
        rig.Read(1, 3);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([1, 2, 3], rig.Sink.Positions);
    });

    [Fact]
    public void Checkpoint_interval_bounds_how_often_the_position_is_stored() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, checkpointSeconds: 1);
        rig.Processor.OnBatch = async (_, _) =>
        {
            await world.PassAsync(0.1);
            return BatchResult.Succeeded;
        };
        rig.Read(1, 50);
        rig.EndShard();
        await rig.RunAsync();
        Assert.InRange(rig.Sink.Stored.Count, 4, 6);
        Assert.Equal(50, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void Position_of_a_shard_that_falls_quiet_is_stored_after_the_interval() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 1);
        rig.Read(1, 3);
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count == 1);
        Assert.Equal((3, TimeSpan.FromSeconds(1)), rig.Sink.Stored[0]);
        rig.Stop();
        await running;
        Assert.Single(rig.Sink.Stored);
    });

    [Fact]
    public void Position_is_stored_after_the_interval_while_the_next_batch_is_still_in_the_handler() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, checkpointSeconds: 1);
        rig.Processor.OnBatch = async (call, _) =>
        {
            if (call.Numbers[0] == 2)
                await world.PassAsync(600);
            return BatchResult.Succeeded;
        };
        rig.Read(1, 2);
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count == 1);
        Assert.Equal((1, TimeSpan.FromSeconds(1)), rig.Sink.Stored[0]);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await running);
    });

    [Fact]
    public void Position_is_stored_after_the_interval_while_the_next_batch_fails() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, checkpointSeconds: 1, retryMilliseconds: 10_000);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 2 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(1, 2);
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count == 1);
        Assert.Equal((1, TimeSpan.FromSeconds(1)), rig.Sink.Stored[0]);
        rig.Stop();
        await running;
    });

    [Fact]
    public void Write_that_fails_keeps_the_position_and_is_repeated_with_the_next_one() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1);
        var tries = 0;
        rig.Sink.OnStore = (_, _) => ++tries <= 2 ? throw new LeaseStoreException("down", true) : new(true);
        rig.Read(1, 2);
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count == 1);
        Assert.Equal([2], rig.Sink.Positions);
        Assert.Equal([[1], [2]], rig.Batches);
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Warning && entry.Message.Contains("down", StringComparison.Ordinal));
        rig.Stop();
        await running;
    });

    [Fact]
    public void Write_that_is_refused_ends_the_delivery() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1);
        rig.Sink.OnStore = (_, _) => new(false);
        rig.Read(1, 5);
        Assert.Equal(DeliveryEnd.Refused, await rig.RunAsync());
        Assert.Equal([[1]], rig.Batches);
        Assert.Equal(4, 5 - rig.Batches.Count);
        Assert.Empty(rig.Sink.Stored);
    });

    [Fact]
    public void Write_that_is_refused_while_the_shard_is_quiet_ends_the_delivery() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 1);
        rig.Sink.OnStore = (_, _) => new(false);
        rig.Read(1, 1);
        Assert.Equal(DeliveryEnd.Refused, await rig.RunAsync());
    });

    [Fact]
    public void Reading_that_fails_for_good_stores_what_was_finished_and_raises_its_error() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 60);
        rig.Read(1, 3);
        rig.EndShard(new ShardVanishedException("gone", null));
        await Assert.ThrowsAsync<ShardVanishedException>(rig.RunAsync);
        Assert.Equal([3], rig.Sink.Positions);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void Shard_end_stores_the_last_position_before_anybody_looks_for_its_children() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 60);
        rig.Read(1, 3);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal([3], rig.Sink.Positions);
    });

    [Fact]
    public void Shard_without_records_ends_without_a_position() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Null(rig.Position);
        Assert.Empty(rig.Sink.Stored);
    });
}
