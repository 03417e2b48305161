namespace StreamWorker.Consumer.Tests;

/// <summary>How batches are made: P3 to P8, and what a filter passes over.</summary>
public sealed class BatchingTests
{
    [Fact]
    public void V38_P5_window_counts_from_the_end_of_the_previous_call() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, configure: options => options with { BatchingWindow = TimeSpan.FromSeconds(1) });
        var at = new List<TimeSpan>();
        rig.Processor.OnBatch = (_, _) =>
        {
            at.Add(rig.Now);
            return new(BatchResult.Succeeded);
        };
        rig.Read(1, 1);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        await world.PassAsync(0.4);
        rig.Read(2, 2);
        await world.PassAsync(0.4);
        rig.Read(3, 3);
        await world.UntilAsync(() => rig.Batches.Count == 2);
        Assert.Equal([[1], [2, 3]], rig.Batches);
        Assert.Equal(TimeSpan.FromSeconds(1), at[1] - at[0]);
        rig.Stop();
        await running;
    });

    [Fact]
    public void P3_full_batch_does_not_wait_for_its_window() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3, configure: options => options with { BatchingWindow = TimeSpan.FromSeconds(300) });
        rig.Read(1, 2);
        var running = rig.RunAsync();
        await world.PassAsync(10);
        Assert.Empty(rig.Batches);
        rig.Read(3, 4);
        await world.UntilAsync(() => rig.Batches.Count == 1);
        Assert.Equal([[1, 2, 3]], rig.Batches);
        rig.EndShard();
        // The end of the shard ends the window of what is left.
        await running;
        Assert.Equal([[1, 2, 3], [4]], rig.Batches);
        Assert.InRange(rig.Now, TimeSpan.Zero, TimeSpan.FromSeconds(11));
    });

    [Fact]
    public void P8_window_that_ends_without_records_calls_nobody_and_what_comes_later_is_delivered_at_once() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, configure: options => options with { BatchingWindow = TimeSpan.FromSeconds(5) });
        var running = rig.RunAsync();
        await world.PassAsync(20);
        Assert.Empty(rig.Batches);
        rig.Read(1, 1);
        await world.UntilAsync(() => rig.Batches.Count == 1);
        Assert.InRange(rig.Now, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20.1));
        rig.Stop();
        await running;
    });

    [Fact]
    public void V37_P6_batch_ends_before_its_event_has_more_than_6_MB() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 10_000, configure: options => options with { BatchingWindow = TimeSpan.FromSeconds(300) });
        var sizes = new List<long>();
        rig.Processor.OnRecords = records => sizes.Add(records.Sum(record => (long)record.Utf8Json.Length));
        for (var i = 0; i < 20; i++)
            rig.Read(Pages.Json(i + 1, padding: 800_000));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(20, rig.Batches.Sum(batch => batch.Count));
        Assert.All(sizes, size => Assert.InRange(size, 1, 6 * 1024 * 1024));
        // Each but the last is as full as it can be.
        Assert.All(rig.Batches.SkipLast(1), batch => Assert.Equal(7, batch.Count));
    });

    [Fact]
    public void V17_P7_only_matching_records_count_towards_the_batch() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3, configure: options => options with { BatchingWindow = TimeSpan.FromSeconds(300) }, filter: new FuncFilter(number => number % 200 == 0));
        for (var page = 0; page < 5; page++)
            rig.Read((page * 100) + 1, (page * 100) + 100);
        var running = rig.RunAsync();
        await world.PassAsync(1);
        Assert.Empty(rig.Batches);
        rig.Read(501, 600);
        await world.UntilAsync(() => rig.Batches.Count == 1);
        Assert.Equal([[200, 400, 600]], rig.Batches);
        Assert.Equal(597, rig.Progress.State.Filtered);
        rig.Stop();
        await running;
    });

    [Fact]
    public void V18_F18_fixture_67_records_that_are_all_filtered_move_the_position_and_call_nobody() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 1, filter: new FuncFilter(_ => false));
        rig.Read(1, 250);
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count == 1);
        Assert.Equal([250], rig.Sink.Positions);
        Assert.Empty(rig.Batches);
        Assert.Equal(0, rig.Pages.Open);
        rig.Stop();
        await running;
    });

    [Fact]
    public void F18_position_does_not_pass_a_failing_record_over_filtered_ones() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, filter: new FuncFilter(number => number == 5));
        rig.Processor.OnBatch = (_, _) => new(rig.Batches.Count < 4 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(1, 10);
        var running = await rig.StartAsync(() => rig.Batches.Count == 3);
        Assert.Equal([4], rig.Sink.Positions);
        rig.EndShard();
        await running;
        Assert.Equal(10, rig.Sink.Positions[^1]);
    });
}
