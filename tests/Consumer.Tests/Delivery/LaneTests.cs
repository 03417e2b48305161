namespace StreamWorker.Consumer.Tests;

/// <summary><c>ParallelizationFactor</c> as lanes: P13 to P15.</summary>
public sealed class LaneTests
{
    [Fact]
    public void V33_P13_records_of_an_item_keep_their_order_with_10_lanes_and_random_failures() => World.Run(
        async world =>
        {
            using var rig = new DeliveryRig(world, batchSize: 7, configure: options => options with { Lanes = 10 });
            var random = new Random(33);
            var handled = new List<(string Item, long Number)>();
            rig.Processor.OnBatch = async (call, _) =>
            {
                await world.PassAsync(0.01 * random.Next(1, 5));
                var fails = random.Next(4) == 0 ? random.Next(call.Records.Count) : call.Records.Count;
                foreach (var record in call.Records.Take(fails))
                    handled.Add((record.Keys.GetString("id")!, Pages.NumberOf(record.SequenceNumber)));
                return fails == call.Records.Count ? BatchResult.Succeeded : call.FailAt(Pages.NumberOf(call.Records[fails].SequenceNumber));
            };
            for (var page = 0; page < 10; page++)
                rig.Read(Enumerable.Range(1, 100).Select(i => Pages.Json((page * 100) + i, $"item-{random.Next(50)}")));
            rig.EndShard();
            Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
            Assert.Equal(1000, handled.Count);
            foreach (var item in handled.GroupBy(entry => entry.Item))
                Assert.Equal(item.Select(entry => entry.Number).Order(), item.Select(entry => entry.Number));
            Assert.Equal(1000, rig.Sink.Positions[^1]);
            Assert.Equal(rig.Sink.Positions.Order(), rig.Sink.Positions);
            Assert.True(rig.MostAtOnce > 5);
        },
        seed: 33);

    [Fact]
    public void P12_no_more_calls_are_under_way_than_there_are_lanes_and_no_lane_has_two() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 2, configure: options => options with { Lanes = 4 });
        rig.Processor.OnBatch = async (_, _) =>
        {
            await world.PassAsync(0.1);
            return BatchResult.Succeeded;
        };
        rig.Read(Enumerable.Range(1, 200).Select(i => Pages.Json(i, $"item-{i % 40}")));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(4, rig.MostAtOnce);
    });

    [Fact]
    public void R4_failing_lane_holds_up_no_other_lane_and_holds_the_checkpoint() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, configure: options => options with { Lanes = 8 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 5 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded);
        rig.Read(Enumerable.Range(1, 80).Select(i => Pages.Json(i, $"item-{i % 40}")));
        var running = rig.RunAsync();
        await world.PassAsync(120);
        Assert.Equal(4, rig.Sink.Positions[^1]);
        Assert.InRange(rig.Progress.State.Handled, 60, 79);
        rig.Stop();
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal(4, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void V34_P14_fixture_65_crash_with_lanes_repeats_only_what_is_above_the_stored_position() => World.Run(
        async world =>
        {
            var handled = new HashSet<long>();
            long stored = 0;
            using (var first = new DeliveryRig(world, batchSize: 3, configure: options => options with { Lanes = 5 }))
            {
                first.Processor.OnBatch = async (call, cancellationToken) =>
                {
                    await Waiting.ForTimeAsync(TimeSpan.FromMilliseconds(call.Numbers[0] % 7 * 30), world.Clock, cancellationToken);
                    handled.UnionWith(call.Numbers);
                    return BatchResult.Succeeded;
                };
                first.Read(Enumerable.Range(1, 300).Select(i => Pages.Json(i, $"item-{i % 30}")));
                var running = await first.StartAsync(() => handled.Count > 100);
                stored = first.Sink.Positions[^1];
                // As after a crash: nothing more is stored, and who comes next begins at the stored position.
                first.Sink.OnMayProceed = () => false;
                first.LoseLease();
                await running;
            }

            Assert.All(Enumerable.Range(1, (int)stored), number => Assert.Contains(number, handled));
            using var second = new DeliveryRig(world, batchSize: 3, configure: options => options with { Lanes = 5 });
            second.Read(Enumerable.Range((int)stored + 1, 300 - (int)stored).Select(i => Pages.Json(i, $"item-{i % 30}")));
            second.EndShard();
            await second.RunAsync();
            handled.UnionWith(second.Batches.SelectMany(batch => batch));
            Assert.Equal(300, handled.Count);
            Assert.All(second.Batches.SelectMany(batch => batch), number => Assert.True(number > stored));
        },
        seed: 34);

    [Fact]
    public void Lane_whose_pause_ends_while_it_is_looked_at_is_waited_for_and_not_forgotten()
    {
        var clock = new RunningClock();
        var options = new DeliveryOptions(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.Zero) { Lanes = 3 };
        var lanes = new LaneSet(options, static _ => { }, clock);
        foreach (var record in new RecordBuffer().Add(new Pages().OfJson([Pages.Json(1)])))
            lanes.Add(record);
        var lane = Assert.Single(lanes.Ready(isEnd: false));
        lane.Pause(TimeSpan.FromTicks(12), clock);
        for (var look = 0; lanes.Ready(isEnd: false).Count == 0; look++)
        {
            Assert.NotNull(lanes.NextIn);
            Assert.InRange(look, 0, 12);
        }
    }

    // Its time goes on by a tick whenever it is looked at.
    private sealed class RunningClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ++_now;
    }

    [Fact]
    public void Lane_of_an_item_is_the_same_in_every_process()
    {
        var options = new DeliveryOptions(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.Zero) { Lanes = 10 };
        var numbers = Enumerable.Range(0, 2).Select(_ =>
        {
            var lanes = new LaneSet(options, static _ => { }, new ArmedClock());
            foreach (var record in new RecordBuffer().Add(new Pages().OfJson(Enumerable.Range(1, 50).Select(i => Pages.Json(i, $"item-{i}")))))
                lanes.Add(record);
            return lanes.Ready(isEnd: true).Select(lane => string.Join(',', lane.Take(options).Records.Select(record => record.SequenceNumber))).ToList();
        }).ToList();
        Assert.Equal(numbers[0], numbers[1]);
        Assert.InRange(numbers[0].Count, 8, 10);
    }
}
