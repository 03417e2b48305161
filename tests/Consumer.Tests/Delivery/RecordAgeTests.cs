namespace StreamWorker.Consumer.Tests;

/// <summary>What age makes of records: R8 to R11, and the announcements before the stream forgets them.</summary>
public sealed class RecordAgeTests
{
    private readonly ScriptedDestination _destination = new();

    [Fact]
    public void V8_D4_record_that_always_fails_is_given_up_for_its_age() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumAge = TimeSpan.FromSeconds(60) });
        rig.Processor.OnBatch = (_, _) => throw new InvalidOperationException("no");
        rig.Read(1, 1);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        var given = Assert.Single(_destination.Batches);
        Assert.Equal(DiscardCondition.RecordAgeExceeded, given.Condition);
        // D5, R6: as many calls as fit in, doubling from half a second.
        Assert.Equal(rig.Batches.Count, given.Calls);
        Assert.InRange(given.Calls, 7, 9);
    });

    [Fact]
    public void V9_R9_only_the_records_at_the_front_that_are_too_old_are_given_up() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumAge = TimeSpan.FromSeconds(60), MaximumRetries = 0 });
        rig.Read([Pages.Json(1, age: 100), .. Enumerable.Range(2, 5).Select(number => Pages.Json(number))]);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(["[1] RecordAgeExceeded after 1, unhandled"], _destination.Batches.Select(batch => batch.ToString()));
        Assert.Equal([[2, 3, 4, 5, 6]], rig.Batches);
        Assert.Equal(6, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void V10_R8_record_that_is_too_old_when_it_is_read_never_reaches_the_handler() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumAge = TimeSpan.FromSeconds(60) });
        rig.Read(Pages.Json(1, age: 61));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Empty(rig.Batches);
        Assert.Equal(1, Assert.Single(_destination.Batches).Calls);
    });

    [Fact]
    public void R11_record_as_old_as_it_may_be_is_delivered() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumAge = TimeSpan.FromSeconds(60) });
        rig.Read(Pages.Json(1, age: 60));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1]], rig.Batches);
    });

    [Fact]
    public void R1_record_that_never_reaches_the_handler_is_given_up_for_its_age_all_the_same() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumAge = TimeSpan.FromSeconds(60), MaximumRetries = 0 });
        rig.Processor.OnBatch = (_, _) => new(BatchResult.NotInvoked(new HttpRequestException("refused")));
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal("[1] RecordAgeExceeded after 1", Assert.Single(_destination.Batches).ToString());
    });

    [Fact]
    public void Record_that_is_held_up_is_announced_once_at_half_and_once_at_five_sixths_of_the_retention() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetryDelay = TimeSpan.FromHours(1) });
        rig.Processor.OnBatch = (_, _) => new(rig.Now < TimeSpan.FromHours(22) ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        var announced = rig.Log.Collector.GetSnapshot().Where(entry => entry.Id.Id is 3010 or 3011).ToList();
        Assert.Equal([(3010, LogLevel.Warning), (3011, LogLevel.Critical)], announced.Select(entry => (entry.Id.Id, entry.Level)));
        Assert.InRange((announced[0].Timestamp - announced[1].Timestamp).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Empty(_destination.Batches);
    });

    [Fact]
    public void Record_that_is_held_up_goes_to_the_destination_before_the_stream_forgets_it_where_that_is_chosen() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { SpillsBeforeExpiry = true, MaximumRetryDelay = TimeSpan.FromMinutes(30) }, batchSize: 1);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 1 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(1, 1);
        rig.Read(Pages.Json(2, age: -82_000));
        rig.EndShard();
        await rig.RunAsync();
        Assert.InRange(rig.Now, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal(DiscardCondition.RecordAgeExceeded, Assert.Single(_destination.Batches).Condition);
        Assert.Equal([2], rig.Batches[^1]);
    });

    private DeliveryRig Rig(World world, Func<DeliveryOptions, DeliveryOptions> configure, int batchSize = 100) =>
        new(world, batchSize, configure: configure, destination: _destination);
}
