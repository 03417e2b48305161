namespace StreamWorker.Consumer.Tests;

public sealed class DeliveryStopTests
{
    [Fact]
    public void Stop_lets_the_batch_in_the_handler_finish_and_stores_it() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 2, checkpointSeconds: 60);
        var release = new TaskCompletionSource();
        rig.Processor.OnBatch = async (_, cancellationToken) =>
        {
            await release.Task.WaitAsync(cancellationToken);
            return BatchResult.Succeeded;
        };
        rig.Read(1, 6);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        rig.Stop();
        await world.PassAsync(5);
        Assert.False(running.IsCompleted);
        release.SetResult();
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal([[1, 2]], rig.Batches);
        Assert.Equal([2], rig.Sink.Positions);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void Stop_during_the_pause_before_a_retry_ends_at_once_and_stores_what_was_finished() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, retryMilliseconds: 30_000, checkpointSeconds: 60);
        rig.Processor.OnBatch = (call, _) => new(call.FailAt(3));
        rig.Read(1, 4);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        rig.Stop();
        var at = rig.Now;
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal(at, rig.Now);
        Assert.Equal(2, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void Drain_that_is_over_cancels_the_handler_and_counts_what_it_had_finished() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 60);
        rig.Processor.OnBatch = async (call, cancellationToken) =>
        {
            try
            {
                await Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, world.Clock, cancellationToken);
                return BatchResult.Succeeded;
            }
            catch (OperationCanceledException)
            {
                return call.FailAt(3);
            }
        };
        rig.Read(1, 4);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        rig.Stop();
        await world.PassAsync(1);
        Assert.Equal(CancellationCause.None, rig.Processor.Calls[0].Context.CancellationCause);
        rig.EndDrain();
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal(CancellationCause.HostStopping, rig.Processor.Calls[0].Context.CancellationCause);
        Assert.Equal([2], rig.Sink.Positions);
        Assert.DoesNotContain(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Error);
    });

    [Fact]
    public void Lease_that_is_lost_cancels_the_handler_and_stores_nothing_more() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        var isHeld = true;
        rig.Sink.OnMayProceed = () => isHeld;
        rig.Processor.OnBatch = async (_, cancellationToken) =>
        {
            await Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, world.Clock, cancellationToken);
            return BatchResult.Succeeded;
        };
        rig.Read(1, 2);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        isHeld = false;
        rig.LoseLease();
        Assert.Equal(DeliveryEnd.Refused, await running);
        Assert.Equal(CancellationCause.LeaseLost, rig.Processor.Calls[0].Context.CancellationCause);
        Assert.Empty(rig.Sink.Stored);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void Handler_that_finishes_after_its_lease_was_lost_does_not_store_its_position() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        var isHeld = true;
        rig.Sink.OnMayProceed = () => isHeld;
        rig.Processor.OnBatch = (_, _) =>
        {
            isHeld = false;
            return new(BatchResult.Succeeded);
        };
        rig.Read(1, 2);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.Refused, await rig.RunAsync());
        Assert.Empty(rig.Sink.Stored);
    });

    [Fact]
    public void Deadline_is_looked_at_before_each_delivery() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, checkpointSeconds: 60);
        rig.Sink.OnMayProceed = () => rig.Batches.Count < 2;
        rig.Read(1, 5);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.Refused, await rig.RunAsync());
        Assert.Equal([[1], [2]], rig.Batches);
    });

    [Fact]
    public void Deadline_is_looked_at_before_each_retry() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (_, _) => new(BatchResult.Failed(new InvalidOperationException("no")));
        rig.Sink.OnMayProceed = () => rig.Batches.Count < 3;
        rig.Read(1, 5);
        Assert.Equal(DeliveryEnd.Refused, await rig.RunAsync());
        Assert.Equal(3, rig.Batches.Count);
    });

    [Fact]
    public void Delivery_that_was_stopped_before_it_began_delivers_nothing() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Read(1, 5);
        rig.Stop();
        Assert.Equal(DeliveryEnd.Stopped, await rig.RunAsync());
        Assert.Empty(rig.Batches);
    });

    [Fact]
    public void Progress_tells_position_attempt_and_error_while_a_record_fails_and_clears_them_afterwards() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (call, _) => new(rig.Now < TimeSpan.FromSeconds(5) ? call.FailAt(3) : BatchResult.Succeeded);
        rig.Read(1, 4);
        var running = await rig.StartAsync(() => rig.Batches.Count == 3);
        var failing = rig.Progress.State;
        Assert.Equal(Pages.Number(2), failing.Position);
        Assert.Equal(2, failing.Attempt);
        Assert.Equal("InvalidOperationException: poison", failing.Error);
        Assert.Equal(2, failing.Buffered);
        Assert.Equal(TimeSpan.FromSeconds(42), failing.LagAt(DateTimeOffset.FromUnixTimeSeconds(1769860842)));
        rig.EndShard();
        await running;
        Assert.Equal(new DeliveryState(Pages.Number(4), DateTimeOffset.FromUnixTimeSeconds(1769860800), 4, 0, 0, null), rig.Progress.State);
    });
}
