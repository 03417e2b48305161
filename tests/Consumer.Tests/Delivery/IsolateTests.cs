namespace StreamWorker.Consumer.Tests;

/// <summary>The <c>Isolate</c> policy: only records of the failed item wait.</summary>
public sealed class IsolateTests
{
    private readonly ScriptedDestination _destination = new();

    [Fact]
    public void C1_fixture_59_item_that_always_fails_holds_only_itself_and_the_checkpoint() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 4);
        rig.Processor.OnBatch = (call, _) => new(FailOn(call, "k"));
        rig.Read([.. Items(1, "a", "k", "b", "k", "a", "c", "k", "b")]);
        var running = await rig.StartAsync(() => rig.Progress.State.Handled == 5);
        Assert.Equal(1, rig.Sink.Positions[^1]);
        Assert.Equal(1, rig.Progress.State.HeldItems);
        Assert.Equal(3, rig.Progress.State.Buffered);
        // A record that stays does not keep its page from the others.
        Assert.Equal(0, rig.Pages.Open);
        await world.PassAsync(600);
        Assert.All(rig.Batches.Skip(2), batch => Assert.Equal([2], batch));
        rig.Stop();
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal(1, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void C4_what_was_handled_beside_a_failed_record_is_not_delivered_again() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 10);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count < 5 ? FailOn(call, "k") : BatchResult.Succeeded);
        rig.Read([.. Items(1, "a", "k", "b", "c", "k", "d")]);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal([[1, 2, 3, 4, 5, 6], [2], [2], [2], [2], [5]], rig.Batches);
        Assert.Equal([1, 2, 3, 4, 5, 1], rig.Processor.Calls.Select(call => call.Attempt));
        Assert.Equal(6, rig.Sink.Positions[^1]);
        Assert.Null(rig.Progress.State.Error);
    });

    [Fact]
    public void Fixture_62_of_two_failed_records_only_those_and_what_is_behind_them_of_their_items_come_again() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 10);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count == 1
            ? BatchResult.PartlyFailed([BatchItemFailure.Of(call.Records[2]), BatchItemFailure.Of(call.Records[6])])
            : BatchResult.Succeeded);
        rig.Read([.. Items(1, "a", "b", "c", "d", "e", "f", "g", "c", "i", "j")]);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [3], [7], [8]], rig.Batches.OrderBy(batch => batch[0]).ThenBy(batch => batch.Count == 1));
        Assert.True(IndexOf(rig, 8) > IndexOf(rig, 3));
    });

    [Fact]
    public void B11_only_the_failed_record_is_given_up_and_later_ones_of_its_item_follow() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 10, configure: options => options with { MaximumRetries = 1 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(2) ? call.FailAt(2) : BatchResult.Succeeded);
        rig.Read([.. Items(1, "a", "k", "b", "k", "k")]);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5], [2], [4, 5]], rig.Batches);
        Assert.Equal(["[2] RetryAttemptsExhausted after 2"], _destination.Batches.Select(batch => batch.ToString()));
        Assert.Equal(5, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void V29_poison_that_fails_its_whole_batch_is_found_by_halving_and_alone_is_given_up() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 8, configure: options => options with { MaximumRetries = 0 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(6) ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read([.. Items(1, "a", "b", "c", "d", "e", "f", "g", "h")]);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(["[6] RetryAttemptsExhausted after 1, unhandled"], _destination.Batches.Select(batch => batch.ToString()));
        Assert.Equal([1, 2, 3, 4, 5, 7, 8], Handled(rig).Order());
    });

    [Fact]
    public void Records_of_a_held_item_in_later_pages_wait_behind_it_in_order() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 2);
        var isMended = false;
        rig.Processor.OnBatch = (call, _) => new(isMended ? BatchResult.Succeeded : FailOn(call, "k"));
        rig.Read([.. Items(1, "k", "a")]);
        var running = await rig.StartAsync(() => rig.Progress.State.Handled == 1);
        rig.Read([.. Items(3, "k", "b", "k")]);
        await world.UntilAsync(() => rig.Progress.State.Handled == 2);
        isMended = true;
        rig.EndShard();
        await running;
        Assert.Equal([1, 3, 5], Handled(rig).Where(number => number is 1 or 3 or 5));
        Assert.Equal(5, rig.Sink.Positions[^1]);
        Assert.Equal(0, rig.Progress.State.HeldItems);
    });

    [Fact]
    public void Fixture_66_item_that_fills_the_buffer_stops_the_reading_and_memory_stays_bounded() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 100);
        rig.Processor.OnBatch = (call, _) => new(FailOn(call, "k"));
        for (var page = 0; page < 50; page++)
            rig.Read([.. Items((page * 100) + 1, [.. Enumerable.Repeat("k", 100)])]);
        var running = rig.RunAsync();
        await world.PassAsync(300);
        Assert.InRange(rig.Progress.State.Buffered, 1_000, 1_100);
        Assert.InRange(rig.Unread, 35, 45);
        rig.Stop();
        await running;
    });

    [Fact]
    public void Call_that_never_reaches_the_handler_holds_no_item_and_is_made_again_as_it_was() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 3, configure: options => options with { MaximumRetries = 0 });
        rig.Processor.OnBatch = (_, _) => new(rig.Batches.Count < 4 ? BatchResult.NotInvoked(new HttpRequestException("refused")) : BatchResult.Succeeded);
        rig.Read([.. Items(1, "a", "b", "c")]);
        rig.EndShard();
        await rig.RunAsync();
        Assert.All(rig.Batches, batch => Assert.Equal([1, 2, 3], batch));
        Assert.Empty(_destination.Batches);
    });

    [Fact]
    public void Handler_that_fails_with_everything_is_not_given_record_after_record_without_a_pause() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 1);
        rig.Processor.OnBatch = (_, _) => new(BatchResult.Failed(new InvalidOperationException("no")));
        rig.Read([.. Items(1, [.. Enumerable.Range(0, 500).Select(item => $"i{item}")])]);
        var running = rig.RunAsync();
        await world.PassAsync(60);
        Assert.InRange(rig.Batches.Count, 5, 60);
        rig.Stop();
        await running;
    });

    [Fact]
    public void Fixture_69_records_whose_keys_cannot_be_read_count_as_those_of_one_item() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 10);
        var broken = Pages.Json(2).Replace("{\"S\":\"a\"}", "17", StringComparison.Ordinal);
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count < 4 && call.Numbers.Contains(2) ? call.FailAt(2) : BatchResult.Succeeded);
        rig.Read(Pages.Json(1, "x"), broken, Pages.Json(3, "y"));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [2], [2], [2]], rig.Batches);
        Assert.Equal(3, rig.Sink.Positions[^1]);
    });

    private static IEnumerable<string> Items(long first, params string[] items) => items.Select((item, index) => Pages.Json(first + index, item));

    /// <summary>Names the first record of an item, and all behind it of the same item as not begun, as the handler of records does.</summary>
    private static BatchResult FailOn(ScriptedProcessor.Call call, string item)
    {
        var own = call.Records.Where(record => record.Keys.GetString("id") == item).ToList();
        return BatchResult.PartlyFailed([.. own.Select((record, index) => BatchItemFailure.Of(record, index == 0 ? new InvalidOperationException("poison") : null) with { IsSkipped = index > 0 })]);
    }

    private static int IndexOf(DeliveryRig rig, long number) => rig.Batches.ToList().FindLastIndex(batch => batch.Contains(number));

    private static List<long> Handled(DeliveryRig rig) => [.. rig.Batches.SelectMany(batch => batch).Reverse().Distinct().Reverse().Where(number => number != 6)];

    private DeliveryRig Rig(World world, int batchSize, Func<DeliveryOptions, DeliveryOptions>? configure = null) =>
        new(world, batchSize, configure: options => (configure ?? (same => same))(options with { Isolates = true }), destination: _destination);
}
