namespace StreamWorker.Consumer.Tests;

public sealed class ShardDeliveryTests
{
    [Fact]
    public void Delivery_P11_hands_records_on_in_order_in_batches_that_span_pages() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 4);
        rig.Read(1, 3);
        rig.Read(4, 4);
        rig.Read(5, 6);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal([[1, 2, 3, 4], [5, 6]], rig.Batches);
        Assert.Equal([4, 6], rig.Sink.Positions);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void Delivery_tells_the_handler_shard_and_epoch_and_first_attempt() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        var context = Assert.Single(rig.Processor.Calls).Context;
        Assert.Equal("search", context.Consumer);
        Assert.Equal("shard", context.ShardId?.Value);
        Assert.Equal(7, context.LeaseEpoch);
        Assert.Equal(1, context.Attempt);
    });

    [Fact]
    public void Delivery_P4_does_not_wait_for_a_batch_to_fill() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Read(1, 1);
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        rig.Read(2, 2);
        await world.UntilAsync(() => rig.Batches.Count == 2);
        Assert.Equal([[1], [2]], rig.Batches);
        rig.Stop();
        Assert.Equal(DeliveryEnd.Stopped, await running);
    });

    [Fact]
    public void Delivery_R4_retries_a_batch_that_failed_and_delivers_nothing_behind_it_meanwhile() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 2);
        rig.Processor.OnBatch = (call, _) => new(call.Attempt < 4 && call.Numbers[0] == 1 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(1, 4);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2], [1, 2], [1, 2], [1, 2], [3, 4]], rig.Batches);
        Assert.Equal([1, 2, 3, 4, 1], rig.Processor.Calls.Select(call => call.Attempt));
    });

    [Fact]
    public void Delivery_R2_takes_an_exception_of_the_processor_for_a_failure() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (call, _) => call.Attempt == 1 ? throw new InvalidOperationException("no") : new(BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal([[1, 2], [1, 2]], rig.Batches);
    });

    [Fact]
    public void Delivery_B7_retries_from_the_first_record_that_failed() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 5);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count == 1 ? BatchResult.PartlyFailed([BatchItemFailure.Of(call.Records[3]), BatchItemFailure.Of(call.Records[2])]) : BatchResult.Succeeded);
        rig.Read(1, 6);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5], [3, 4, 5], [6]], rig.Batches);
    });

    [Fact]
    public void Delivery_B8_stores_what_was_finished_before_the_failed_record_before_it_tries_again() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 60);
        IReadOnlyList<long> storedAtRetry = [];
        rig.Processor.OnBatch = (call, _) =>
        {
            if (rig.Batches.Count == 1)
                return new(call.FailAt(3));
            storedAtRetry = rig.Sink.Positions;
            return new(BatchResult.Succeeded);
        };
        rig.Read(1, 4);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([2], storedAtRetry);
    });

    [Fact]
    public void Delivery_B10_starts_counting_anew_when_the_start_of_the_batch_has_moved() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(6) && rig.Batches.Count < 6 ? call.FailAt(6) : BatchResult.Succeeded);
        rig.Read(1, 6);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [4, 5, 6], [6], [6], [6], [6]], rig.Batches);
        Assert.Equal([1, 1, 1, 2, 3, 4], rig.Processor.Calls.Select(call => call.Attempt));
    });

    [Fact]
    public void Delivery_B12_does_not_top_up_a_retried_batch_with_newer_records() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3);
        rig.Processor.OnBatch = (call, _) =>
        {
            if (rig.Batches.Count > 1)
                return new(BatchResult.Succeeded);
            rig.Read(4, 5);
            return new(call.FailAt(3));
        };
        rig.Read(1, 3);
        var running = await rig.StartAsync(() => rig.Batches.Count == 3);
        Assert.Equal([[1, 2, 3], [3], [4, 5]], rig.Batches);
        rig.Stop();
        await running;
    });

    [Fact]
    public void Delivery_B13_first_record_named_is_as_good_as_the_whole_batch() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count == 1 ? BatchResult.PartlyFailed([.. call.Records.Select(record => BatchItemFailure.Of(record))]) : BatchResult.Succeeded);
        rig.Read(1, 3);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [1, 2, 3]], rig.Batches);
        Assert.Equal([1, 2], rig.Processor.Calls.Select(call => call.Attempt));
        Assert.Equal([3], rig.Sink.Positions);
    });

    [Fact]
    public void Delivery_B4_takes_an_unknown_identifier_for_a_complete_failure() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (call, _) => new(call.Attempt == 1 ? BatchResult.PartlyFailed([BatchItemFailure.Of(call.Records[1]), new BatchItemFailure("4711")]) : BatchResult.Succeeded);
        rig.Read(1, 3);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [1, 2, 3]], rig.Batches);
        Assert.Equal([3], rig.Sink.Positions);
    });

    [Fact]
    public void Delivery_R1_V31_does_not_count_what_never_reached_the_handler() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (_, _) => new(rig.Batches.Count <= 50 ? BatchResult.NotInvoked(new HttpRequestException("refused")) : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(51, rig.Batches.Count);
        Assert.All(rig.Processor.Calls, call => Assert.Equal(1, call.Attempt));
        Assert.DoesNotContain(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Error);
    });

    [Fact]
    public void Delivery_R1_counts_on_when_the_handler_is_reached_again() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (_, _) => new(rig.Batches.Count switch
        {
            1 or 3 => BatchResult.Failed(new InvalidOperationException("no")),
            2 => BatchResult.NotInvoked(new HttpRequestException("refused")),
            _ => BatchResult.Succeeded,
        });
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([1, 2, 2, 3], rig.Processor.Calls.Select(call => call.Attempt));
    });

    [Fact]
    public void Delivery_R6_backs_off_twice_as_long_after_each_failure() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, retryMilliseconds: 1000);
        var at = new List<TimeSpan>();
        rig.Processor.OnBatch = (call, _) =>
        {
            at.Add(rig.Now);
            return new(at.Count < 6 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        };
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        for (var retry = 1; retry < at.Count; retry++)
            Assert.InRange((at[retry] - at[retry - 1]).TotalSeconds, 0.49 * Math.Pow(2, retry - 1), Math.Pow(2, retry - 1));
    });

    [Fact]
    public void Delivery_backs_off_from_the_beginning_for_another_record() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, retryMilliseconds: 1000);
        var at = new List<TimeSpan>();
        rig.Processor.OnBatch = (call, _) =>
        {
            at.Add(rig.Now);
            return new(at.Count switch { <= 4 => call.FailAt(1), 5 => call.FailAt(2), _ => BatchResult.Succeeded });
        };
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.InRange((at[5] - at[4]).TotalSeconds, 0.49, 1);
    });

    [Fact]
    public void Delivery_tells_of_each_record_that_failed_once_and_of_the_first_what_holds_the_shard_up() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count > 1 ? BatchResult.Succeeded : BatchResult.PartlyFailed(
        [
            BatchItemFailure.Of(call.Records[3], new IOException("second")),
            BatchItemFailure.Of(call.Records[1], new InvalidOperationException("first")),
            BatchItemFailure.Of(call.Records[2]) with { IsSkipped = true },
            BatchItemFailure.Of(call.Records[4], new OperationCanceledException()) with { CancelledBy = CancellationCause.TimedOut },
        ]));
        rig.Read(1, 5);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5], [2, 3, 4, 5]], rig.Batches);
        var errors = rig.Log.Collector.GetSnapshot().Where(entry => entry.Level == LogLevel.Error).ToList();
        Assert.Equal([3001, 3005], errors.Select(entry => entry.Id.Id));
        Assert.Contains($"record {Pages.Number(2)} of shard failed at attempt 1", errors[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("InvalidOperationException: first", errors[0].Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(errors[0].Exception);
        Assert.Equal($"search: record {Pages.Number(4)} of shard failed as well at attempt 1. IOException: second", errors[1].Message);
    });

    [Fact]
    public void Delivery_R11_handler_that_changes_its_batch_changes_nothing_of_what_is_finished() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world);
        rig.Processor.OnRecords = records =>
        {
            if (rig.Batches.Count == 1)
                ((IList<StreamRecord>)records).RemoveAt(0);
        };
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2], [1, 2]], rig.Batches);
    });
}
