using CsCheck;

namespace StreamWorker.Consumer.Tests;

/// <summary>What holds whatever the handler makes of its batches, whatever the settings are, and wherever the process dies.</summary>
public sealed class DeliveryLawTests
{
    private const int Records = 60;
    private const int Items = 6;

    private static readonly Gen<Case> s_cases = Gen.Select(
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 5], Gen.Bool, Gen.Bool, Gen.Int[-1, 3]),
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 60], Gen.Int[0, 2], Gen.Int[1, 40]),
        (settings, run) => new Case(settings.Item1, settings.Item2, settings.Item3, settings.Item4, settings.Item5, run.Item1, run.Item2, run.Item3, run.Item4));

    [Fact]
    public void Delivery_I1_I2_I3_loses_nothing_keeps_the_order_of_each_item_and_stores_no_position_behind_an_unfinished_record() => s_cases.Sample(Run, iter: 400);

    private static void Run(Case test) => World.Run(
        async world =>
        {
            var story = new Story(test);
            for (var life = 0; life < 50 && story.Stored < Records; life++)
                await LiveAsync(world, test, story, diesAt: life < test.Crashes ? test.DiesAfter : int.MaxValue);
            Assert.Equal(Records, story.Stored);
            Assert.Equal(Enumerable.Range(1, Records).Select(number => (long)number), story.Finished.Order());
        },
        seed: test.Seed);

    private static async Task LiveAsync(World world, Case test, Story story, int diesAt)
    {
        var destination = new StoryDestination(story);
        using var rig = new DeliveryRig(world, test.BatchSize, configure: options => options with
        {
            Lanes = test.Lanes,
            Isolates = test.Isolates,
            Bisects = test.Bisects,
            MaximumRetries = test.Retries < 0 ? null : test.Retries,
        }, destination: destination);
        var calls = 0;
        rig.Sink.OnStore = (position, _) =>
        {
            story.Store(Pages.NumberOf(position));
            return new(true);
        };
        rig.Processor.OnBatch = async (call, cancellationToken) =>
        {
            if (++calls == diesAt)
            {
                // From here on nothing that this process does counts.
                story.Life++;
                rig.Sink.OnMayProceed = () => false;
                rig.LoseLease();
            }

            var life = story.Life;
            await Waiting.ForTimeAsync(TimeSpan.FromMilliseconds(story.Random.Next(1, 80)), world.Clock, cancellationToken);
            return life == story.Life ? story.Handle(call, test.Isolates) : BatchResult.Failed(new OperationCanceledException());
        };
        for (var next = story.Stored + 1; next <= Records; next += 10)
            rig.Read(Enumerable.Range((int)next, (int)Math.Min(10, Records - next + 1)).Select(number => Pages.Json(number, $"item-{Story.ItemOf(number)}")));
        rig.EndShard();
        story.Begin();
        var end = await rig.RunAsync();
        Assert.Equal(calls < diesAt ? DeliveryEnd.ShardEnd : DeliveryEnd.Refused, end);
        Assert.Equal(rig.Unread, rig.Pages.Open);
    }

    private sealed record Case(int BatchSize, int Lanes, bool Isolates, bool Bisects, int Retries, int Seed, int FailsOf100, int Crashes, int DiesAfter);

    /// <summary>What has become of the records.</summary>
    private sealed class Story(Case test)
    {
        private readonly HashSet<long> _finishedInLife = [];

        public Random Random { get; } = new(test.Seed);

        public int Life { get; set; }

        public long Stored { get; private set; }

        public HashSet<long> Finished { get; } = [];

        public static int ItemOf(long number) => (int)(number * number % Items);

        public void Begin() => _finishedInLife.Clear();

        public void Store(long position)
        {
            Assert.True(position >= Stored, "I3: the position goes back");
            for (var number = 1; number <= position; number++)
                Assert.True(Finished.Contains(number), $"I3: the position {position} passes {number}, which is not finished");
            Stored = position;
        }

        public void Finish(long number)
        {
            Assert.True(_finishedInLife.Add(number), $"{number} is finished twice in one life");
            for (var earlier = Stored + 1; earlier < number; earlier++)
            {
                if (ItemOf(earlier) == ItemOf(number))
                    Assert.True(_finishedInLife.Contains(earlier) || (earlier <= Stored), $"I2: {number} is finished before {earlier} of its item");
            }

            Finished.Add(number);
        }

        public BatchResult Handle(ScriptedProcessor.Call call, bool isolates)
        {
            foreach (var number in call.Numbers)
                Assert.DoesNotContain(number, _finishedInLife);
            if (Random.Next(100) >= test.FailsOf100)
                return All(call);
            return Random.Next(3) switch
            {
                0 => BatchResult.NotInvoked(new HttpRequestException("refused")),
                1 => BatchResult.Failed(new InvalidOperationException("no")),
                _ => Part(call, isolates),
            };
        }

        private BatchResult All(ScriptedProcessor.Call call)
        {
            foreach (var number in call.Numbers)
                Finish(number);
            return BatchResult.Succeeded;
        }

        private BatchResult Part(ScriptedProcessor.Call call, bool isolates)
        {
            var failed = call.Numbers[Random.Next(call.Numbers.Count)];
            foreach (var number in call.Numbers)
            {
                if (number < failed || (isolates && ItemOf(number) != ItemOf(failed)))
                    Finish(number);
            }

            return call.FailAt(failed);
        }
    }

    private sealed class StoryDestination(Story story) : IFailureDestination
    {
        public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
        {
            var life = story.Life;
            await Task.Yield();
            if (life != story.Life)
                throw new IOException("dead");
            if (story.Random.Next(3) == 0)
                throw new IOException("down");
            foreach (var number in Pages.NumbersOf(batch.Records))
                story.Finish(number);
        }
    }
}
