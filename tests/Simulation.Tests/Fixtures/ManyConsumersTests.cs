namespace StreamWorker.Simulation.Fixtures;

/// <summary>Several consumers of one stream in one worker (C10): one reads for all (S40, S45), and each has its own position, failures and pace.</summary>
public sealed class ManyConsumersTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Consumers_of_one_stream_in_one_worker_make_the_reads_of_one_S40_S45(int consumers)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var one = Reads(seed, 1);
            Assert.InRange(Reads(seed, consumers), one * 0.95, one * 1.05);
        }

        static int Reads(ulong seed, int consumers)
        {
            var reads = 0;
            Simulation.Run(
                seed,
                async run =>
                {
                    var a = run.Start("a");
                    await run.AllHeldAsync();
                    await run.PassAsync(5);
                    var before = a.Listing.Count(StreamsOperation.GetRecords);
                    await run.WriteSteadilyAsync(20);
                    await run.PassAsync(60);
                    reads = a.Listing.Count(StreamsOperation.GetRecords) - before;
                    await run.EndAsync();
                },
                new SimulationSettings { Consumers = consumers, Shards = 2 });
            return reads;
        }
    }

    [Fact]
    public void Consumer_whose_handler_fails_for_a_minute_holds_up_none_of_the_others_C10() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Consumers[1].Handler.Fails = _ => true;
            run.Consumers[2].Handler.Takes = _ => TimeSpan.FromMilliseconds(20);
            await run.WriteSteadilyAsync(60);
            await run.PassAsync(2);
            Assert.Equal([0, run.Ledger.Written, 0], run.Consumers.Select(consumer => consumer.Ledger.Unfinished));
            Assert.InRange(run.LongestWait(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            run.Consumers[1].Handler.Clear();
            await run.EndAsync();
            Assert.All(run.Consumers, consumer => Assert.Equal(0, consumer.Ledger.Duplicates));
        },
        new SimulationSettings { Consumers = 3 },
        seeds: 10);

    [Fact]
    public void Consumers_whose_leases_move_between_workers_each_see_everything() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(60);
            run.Start("b");
            await run.PassAsync(10);
            run.Table.Split(run.Table.OpenShards[0]);
            run.Consumers[1].Handler.Takes = record => TimeSpan.FromSeconds(record.Number % 50 == 0 ? 3 : 0);
            await run.PassAsync(10);
            run.Start("c");
            await run.PassAsync(10);
            run.Workers[0].Stop();
            run.Table.Roll(run.Table.OpenShards[0]);
            await run.PassAsync(10);
            run.Workers[1].Kill();
            await writing;
            run.Consumers[1].Handler.Clear();
            await run.EndAsync();
        },
        new SimulationSettings { Consumers = 3, Shards = 2, RecordsPerPage = 10 });

    [Fact]
    public void What_is_dropped_before_a_slow_consumer_had_it_is_lost_for_that_one_alone() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Table.WriteMany(10, 3);
            await run.AllHandledAsync();
            await run.PassAsync(3);
            a.Stop();
            await run.UntilAsync(() => a.IsGone, 20);
            run.Table.WriteMany(50, 3);
            run.Consumers[1].Handler.Fails = _ => true;
            var b = run.Start("b");
            await run.UntilAsync(() => run.Ledger.Unfinished == 0, 20, "the first consumer has everything");
            await run.PassAsync(3);
            b.Kill();
            run.Table.Drop(run.Ledger.Shards.First(), through: 40);
            run.Consumers[1].Handler.Clear();
            run.Start("c");
            run.Table.WriteMany(10, 3);
            await run.EndAsync();
            Assert.DoesNotContain(run.Ledger.Records, record => record.IsExcused);
            Assert.Equal(31, run.Consumers[1].Ledger.Records.Count(record => record.IsExcused));
        },
        new SimulationSettings { Consumers = 2 });

    [Fact]
    public void Consumers_that_start_with_new_records_share_what_comes() => Fixture.Run(
        async run =>
        {
            run.Table.WriteMany(20, 3);
            await run.PassAsync(300);
            var a = run.Start("a");
            await run.AllHeldAsync();
            await run.PassAsync(5);
            await AssertOneReadsForAllAsync();
            run.Table.WriteMany(20, 3);
            await run.AllHandledAsync(5);
            await AssertOneReadsForAllAsync();
            await run.EndAsync();
            Assert.All(run.Consumers, consumer => Assert.Equal(20, consumer.Ledger.Records.Count(record => record.IsHandled)));

            async Task AssertOneReadsForAllAsync()
            {
                var reads = a.Listing.Count(StreamsOperation.GetRecords);
                await run.PassAsync(60);
                Assert.InRange(a.Listing.Count(StreamsOperation.GetRecords) - reads, 50, 70);
            }
        },
        new SimulationSettings { Consumers = 3, Consumer = options => options.StartingPosition = StartingPosition.Latest });
}
