namespace StreamWorker.Simulation.Fixtures;

/// <summary>Resets of a table that has had another stream before: what is owed once more is delivered in the order of the streams, too (I2).</summary>
public sealed class ResetOfStreamsTests
{
    private static SimulationSettings Settings => new() { Shards = 3 };

    // S76, F76
    [Fact]
    public void Streams_that_are_reset_again_while_they_are_read_again_are_read_from_the_oldest_on() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(0, 40));
            await WriteToTwoStreamsAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            var writing = run.WriteSteadilyAsync(10);
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(2, (await admin.ResetAsync(ResetPosition.TrimHorizon)).Count);
                await run.PassAsync(3 * run.Dice.Fraction());
            }

            Assert.True((await admin.WaitAsync(90)).HasFollowed);
            await writing;
            await run.EndAsync();
            Assert.True(run.Ledger.Repeated > 0);
        },
        Settings,
        seeds: 40);

    [Fact]
    public void Worker_that_starts_while_two_streams_are_being_reset_reads_the_older_one_first() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await WriteToTwoStreamsAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            var resetting = admin.ResetAsync(ResetPosition.TrimHorizon);
            for (var i = 0; i < 3; i++)
            {
                await run.PassAsync(0.2 * run.Dice.Fraction());
                run.Start($"b{i}");
            }

            await resetting;
            Assert.True((await admin.WaitAsync(60)).HasFollowed);
            await run.EndAsync();
            Assert.Equal(run.Ledger.Written, run.Ledger.Repeated);
        },
        Settings,
        seeds: 40);

    [Fact]
    public void Operator_that_dies_between_two_streams_has_reset_the_older_one() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteToTwoStreamsAsync(run);
            await run.AllHandledAsync();
            var older = run.Ledger.Records.Count(record => run.LeaseOf(record.Shard.Id) is null);
            var admin = run.NewOperator();
            var commands = 0;
            admin.Table.OnCall = call =>
            {
                if (call.Operation != nameof(ILeaseStore.CommandAsync) || ++commands < 2)
                    return null;
                admin.Kill();
                return new CallFate { LosesRequest = true };
            };
            _ = admin.ResetAsync(ResetPosition.TrimHorizon);
            await run.UntilAsync(() => run.Ledger.Repeated == older, 60, "the older stream is read again");
            await run.EndAsync();
            Assert.Equal(older, run.Ledger.Repeated);
            Assert.True((await run.NewOperator("late").LookAsync()).HasFollowed);
        },
        Settings);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_streams_that_nobody_reads_are_reset_by_the_operator_and_read_in_order(bool isSecondReset) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await WriteToTwoStreamsAsync(run);
            await run.AllHandledAsync();
            a.Stop();
            await run.UntilAsync(() => a.IsGone, 30, "a has stopped");
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.TrimHorizon);
            Assert.True((await admin.WaitAsync(20)).HasFollowed);
            var second = isSecondReset ? admin.ResetAsync(ResetPosition.TrimHorizon) : null;
            run.Start("b");
            if (second is not null)
                await second;
            await run.EndAsync();
            Assert.True(run.Ledger.Repeated >= run.Ledger.Written);
        },
        Settings);

    /// <summary>The child's lease is there from the first time, so that the end of its parent is no end of the lineage.</summary>
    [Fact]
    public void Shard_that_is_read_again_ends_although_the_stream_has_forgotten_its_child() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Table.WriteMany(12, 6);
            var child = run.Table.Roll(run.Table.OpenShards[0]);
            run.Table.WriteMany(12, 6);
            run.Table.Roll(child);
            run.Table.WriteMany(12, 6);
            await run.AllHandledAsync();
            await run.UntilAsync(() => run.Ledger.Of(child).IsDone, 20, "the child is done");
            run.Table.DropShard(run.Ledger.Of(child));
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.TrimHorizon);
            Assert.True((await admin.WaitAsync(60)).HasFollowed);
            await run.EndAsync();
            Assert.True(run.Ledger.Repeated > 0);
        },
        new SimulationSettings { Shards = 1 });

    private static async Task WriteToTwoStreamsAsync(Simulation run)
    {
        await run.AllHeldAsync();
        run.Table.WriteMany(24, 12);
        run.Table.Roll(run.Table.OpenShards[0]);
        run.Table.WriteMany(12, 12);
        await run.AllHandledAsync();
        run.Table.Renew();
        run.Table.WriteMany(24, 12);
        run.Table.Roll(run.Table.OpenShards[0]);
        run.Table.WriteMany(12, 12);
    }
}
