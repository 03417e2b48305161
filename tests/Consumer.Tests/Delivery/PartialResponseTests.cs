namespace StreamWorker.Consumer.Tests;

/// <summary>What a partial answer does to the position, to the next batch and to the count of attempts.</summary>
public sealed class PartialResponseTests
{
    [Fact]
    public void B8_what_is_before_the_lowest_failure_is_stored_before_the_rest_is_tried_again() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, checkpointSeconds: 60);
        var stored = new List<int>();
        rig.Processor.OnBatch = (call, _) =>
        {
            stored.Add(rig.Sink.Positions.Count);
            return new(rig.Batches.Count == 1 ? call.FailAt(3) : BatchResult.Succeeded);
        };
        rig.Read(1, 5);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([0, 1], stored);
        Assert.Equal(2, rig.Sink.Positions[0]);
    });

    [Fact]
    public void B10_attempts_belong_to_the_batch_that_starts_at_the_position_and_begin_anew_when_it_moves() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count < 5 && call.Numbers.Contains(6) ? call.FailAt(6) : BatchResult.Succeeded);
        rig.Read(1, 6);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [4, 5, 6], [6], [6], [6]], rig.Batches);
        Assert.Equal([1, 1, 1, 2, 3], rig.Processor.Calls.Select(call => call.Attempt));
    });

    [Fact]
    public void B12_batch_that_is_tried_again_is_not_filled_up_with_newer_records() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 3);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count == 1 ? call.FailAt(2) : BatchResult.Succeeded);
        rig.Read(1, 9);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [2, 3], [4, 5, 6], [7, 8, 9]], rig.Batches);
    });

    [Fact]
    public void B13_first_record_named_is_as_good_as_the_whole_batch() => World.Run(async world =>
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
}
