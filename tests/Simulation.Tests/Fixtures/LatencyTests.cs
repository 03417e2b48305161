namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 24 and 21: for how long a record waits when its shard changes hands in order, or rolls. A call takes up to 10 ms here, and a busy shard is read every 100 ms.</summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    private static readonly double s_lease = Fixture.LeaseDuration.TotalSeconds;

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void F24_SIGTERM_of_a_busy_worker_leaves_no_shard_without_somebody_at_work_for_long(int workers) => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < workers; i++)
                run.Start($"w{i}");
            await run.AllHeldAsync();
            await run.PassAsync(20);
            await run.BalancedAsync();
            var before = run.Leases.ToDictionary(lease => lease.Shard, lease => lease.Epoch);
            var writing = run.WriteSteadilyAsync(8, perSecond: 240, items: 96);
            await run.PassAsync(2 + run.Dice.Fraction());
            var leaving = run.Workers[0];
            var since = run.Scheduler.Now;
            leaving.Stop();
            await run.UntilAsync(() => leaving.IsGone, (s_lease / 2) + 0.5, "it has left");
            Assert.All(run.Leases, lease => Assert.InRange(lease.Epoch - before[lease.Shard], 0, 1));
            await writing;
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.InRange(Report(run, since), 0, 700);
        },
        new SimulationSettings { Shards = 24 },
        seeds: 5);

    [Fact]
    public void F24_Two_that_are_stopped_together_give_nothing_to_each_other() => Fixture.Run(
        async run =>
        {
            foreach (var name in new[] { "a", "b", "c" })
                run.Start(name);
            await run.AllHeldAsync();
            await run.PassAsync(20);
            await run.BalancedAsync();
            var before = run.Leases.ToDictionary(lease => lease.Shard, lease => lease.Epoch);
            var writing = run.WriteSteadilyAsync(10, perSecond: 30, items: 12);
            await run.PassAsync(2);
            run.Workers[0].Stop();
            // From at once to when the first one has gone.
            await run.PassAsync(1.5 * run.Dice.Fraction() * run.Dice.Fraction());
            run.Workers[1].Stop();
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId == "c"), 4, "c has all");
            Assert.All(run.Leases, lease => Assert.InRange(lease.Epoch - before[lease.Shard], 0, 2));
            await writing;
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        new SimulationSettings { Shards = 12 });

    [Fact]
    public void Roll_of_a_busy_shard_takes_no_longer_than_two_reads_of_it_and_three_writes() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(12, perSecond: 60, items: 8);
            for (var i = 0; i < 20; i++)
            {
                await run.PassAsync(0.5);
                run.Table.Roll(run.Table.OpenShards[0]);
            }

            await writing;
            await run.EndAsync();
            Assert.InRange(Report(run, since: 0), 0, 200);
        },
        new SimulationSettings { Shards = 2 },
        seeds: 10);

    /// <summary>Gives the longest time from a write to the record's first delivery, in milliseconds.</summary>
    private double Report(Simulation run, long since)
    {
        var waits = run.Ledger.Records.Where(record => record.IsHandled && record.WrittenAt >= since).Select(record => TimeSpan.FromTicks(record.HandledAt - record.WrittenAt).TotalMilliseconds).Order().ToList();
        // Between two records of a shard, or of a shard and its child.
        var silences = run.Ledger.Shards
            .SelectMany(shard => (shard.Parent?.Records.TakeLast(1) ?? []).Concat(shard.Records).Select(record => record.HandledAt).Where(at => at >= since).Order().ToList() is var times ? times.Zip(times.Skip(1)) : [])
            .Select(pair => TimeSpan.FromTicks(pair.Second - pair.First).TotalMilliseconds)
            .OrderDescending().Take(10);
        output.WriteLine($"A record waits for {waits[waits.Count / 2]:F0} ms, at most {waits[^1]:F0}. Longest times without a record of a shard: {string.Join(", ", silences.Select(time => $"{time:F0}"))} ms.");
        return waits[^1];
    }
}
