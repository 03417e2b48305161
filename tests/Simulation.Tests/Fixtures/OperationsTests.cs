namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 13, 24, 25 and 75 to 78: workers that are stopped and started, and what they say of themselves.</summary>
public sealed class OperationsTests
{
    [Fact]
    public void F24_SIGTERM_in_a_long_batch_keeps_what_is_finished_and_gives_the_shard_away_at_once() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromSeconds(0.2);
            run.Table.WriteMany(100, 10);
            await run.UntilAsync(() => run.Ledger.Records.Count(record => record.IsHandled) > 5, 20, "a has begun");
            // Started only now, so that it holds nothing yet.
            run.Start("b");
            await run.PassAsync(3 + run.Dice.Fraction());
            a.Stop();
            await run.UntilAsync(() => run.Leases[0].Owner?.WorkerId != "a", 11, "a has given the shard away within its time to drain");
            await run.UntilAsync(() => run.Leases[0].Owner?.WorkerId == "b", 1.2, "b has taken it");
            await run.EndAsync();
            // The record that was on its way to the sink when the time was over.
            Assert.InRange(run.Ledger.Duplicates, 0, 1);
        },
        new SimulationSettings { Worker = options => options.DrainTimeout = TimeSpan.FromSeconds(10) });

    [Fact]
    public void F25_SIGTERM_and_a_second_later_SIGKILL_is_a_crash() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(1, 400));
            var writing = run.WriteSteadilyAsync(8, perSecond: 10);
            await run.PassAsync(2);
            run.Start("b");
            await run.PassAsync(run.Dice.Fraction());
            a.Stop();
            await run.PassAsync(1);
            a.Kill();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F75_Workers_that_are_away_for_an_hour_go_on_exactly_where_they_were() => Fixture.Run(
        async run =>
        {
            for (var round = 0; round < 2; round++)
            {
                var a = run.Start("a");
                var b = run.Start("b");
                await run.WriteSteadilyAsync(5);
                a.Stop();
                b.Stop();
                await run.UntilAsync(() => a.IsGone && b.IsGone, 30, "both have stopped");
                Assert.True(run.Leases.All(lease => lease.Owner is null));
                run.Table.WriteMany(20, 5);
                await run.PassAsync(TimeSpan.FromHours(1).TotalSeconds);
            }

            run.Start("c");
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        new SimulationSettings { Shards = 3 });

    [Fact]
    public void F77_Worker_whose_lease_table_is_down_is_alive_and_not_ready() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        Assert.True(a.Status.GetReadiness().All(finding => finding.IsHealthy));
        a.Table.Faults.IsCut = true;
        for (var minute = 0; minute < 10; minute++)
        {
            await run.PassAsync(60);
            Assert.True(a.Status.GetLiveness().All(finding => finding.IsHealthy));
            Assert.False(a.Status.GetReadiness().All(finding => finding.IsHealthy));
        }

        a.Table.Faults.Clear();
        await run.UntilAsync(() => a.Status.GetReadiness().All(finding => finding.IsHealthy), 30, "a is ready again");
        run.Table.WriteMany(5, 3);
        await run.EndAsync();
    });

    [Fact]
    public void F13_Worker_cut_off_from_the_stream_alone_gives_its_shards_to_others() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            await run.PassAsync(20);
            await run.BalancedAsync();
            var writing = run.WriteSteadilyAsync(90, perSecond: 5);
            a.Stream.Faults.IsCut = true;
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId == "b"), 45, "b has what a cannot read");
            await writing;
            a.Stream.Faults.Clear();
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        new SimulationSettings { Shards = 4, Worker = options => options.StallTimeout = TimeSpan.FromSeconds(20) },
        seeds: 10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F78_Shard_that_stands_still_with_records_waiting_is_named_and_given_up_once(bool isAlone) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            // No error, no end: only a token that is cancelled gets through.
            run.Handler.Takes = record => TimeSpan.FromHours(record.Number == 0 ? 10 : 0);
            run.Table.WriteMany(20, 5);
            var shard = run.Ledger.Records.First().Shard.Id;
            if (!isAlone)
                run.Start("b");
            await run.UntilAsync(() => run.LeaseOf(shard) is { Owner: null } or { Epoch: 2 }, 25, "the shard is given up");
            await run.UntilAsync(() => run.LeaseOf(shard)?.Owner is not null, 60, "somebody has the shard");
            var holder = run.Workers.Single(worker => worker.Name == run.LeaseOf(shard)!.Owner!.WorkerId);
            Assert.Equal(isAlone, holder == a);
            var epoch = run.LeaseOf(shard)!.Epoch;
            await run.UntilAsync(() => holder.Shards.Any(status => status.LastError?.Contains("nothing was done", StringComparison.Ordinal) == true), 60, "the holder says so");
            Assert.Contains(holder.Status.GetReadiness(), finding => !finding.IsHealthy);
            await run.PassAsync(200);
            Assert.InRange(run.LeaseOf(shard)!.Epoch, epoch, epoch + 1);
            run.Handler.Takes = null;
            foreach (var worker in run.Workers.ToList())
                worker.Stop();
            await run.UntilAsync(() => run.Workers.All(worker => worker.IsGone), 60, "all have stopped");
            run.Start("c");
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 2, Worker = options => (options.StallTimeout, options.RebalanceDelay) = (TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10)) },
        seeds: 10);
}
