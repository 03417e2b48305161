namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixture 75: a consumer that is paused and goes on.</summary>
public sealed class PauseTests
{
    private static SimulationSettings Settings => new() { Shards = 4 };

    // E13, F75
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F75_Pause_for_an_hour_under_writes_keeps_or_gives_back_leases_as_chosen_and_the_position_exactly(bool keepsLeases) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(0, 60));
            var writing = run.WriteSteadilyAsync(10);
            await run.PassAsync(3 + run.Dice.Fraction());
            var admin = run.NewOperator();
            await admin.PauseAsync(keepsLeases);
            Assert.True((await admin.WaitAsync(30)).HasFollowed);
            var handled = run.Ledger.Records.Count(record => record.IsHandled);
            Assert.All(run.Leases, lease => Assert.Equal(keepsLeases, lease.Owner is not null));
            AssertPositionsAreExact(run);
            var epochs = run.Leases.Select(lease => lease.Epoch).ToList();
            await writing;
            await run.PassAsync(TimeSpan.FromHours(1).TotalSeconds);
            Assert.Equal(handled, run.Ledger.Records.Count(record => record.IsHandled));
            Assert.Equal(epochs, run.Leases.Select(lease => lease.Epoch));
            Assert.All(run.Workers, worker => Assert.Equal(ConsumerPhase.Paused, worker.Status.GetStatus().Consumers[0].Phase));
            Assert.All(run.Workers, worker => Assert.All(worker.Status.GetReadiness(), finding => Assert.True(finding.IsHealthy, finding.Description)));
            await admin.ResumeAsync();
            await run.AllHandledAsync(10);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings,
        seeds: 5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Workers_that_are_started_in_a_pause_know_of_it(bool keepsLeases) => Fixture.Run(
        async run =>
        {
            var admin = run.NewOperator();
            await admin.PauseAsync(keepsLeases);
            var a = run.Start("a");
            run.Table.WriteMany(20, 5);
            await run.PassAsync(30);
            a.Kill();
            run.Start("b");
            await run.PassAsync(60);
            Assert.All(run.Ledger.Records, record => Assert.False(record.IsHandled));
            Assert.All(run.Leases, lease => Assert.Equal(keepsLeases ? "b" : null, lease.Owner?.WorkerId));
            Assert.True((await admin.LookAsync()).HasFollowed);
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shards_that_roll_and_split_in_a_pause_are_read_in_order_after_it(bool keepsLeases) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            run.Table.WriteMany(30, 10);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            await admin.PauseAsync(keepsLeases);
            await run.PassAsync(run.Dice.Fraction());
            foreach (var shard in run.Table.OpenShards)
                run.Table.Roll(shard);
            run.Table.WriteMany(30, 10);
            run.Table.Split(run.Table.OpenShards[0]);
            run.Table.WriteMany(30, 10);
            await run.PassAsync(100);
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings);

    [Fact]
    public void Position_is_exact_although_the_lease_table_is_away_when_the_pause_comes() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(4, perSecond: 50);
            await run.PassAsync(2);
            var admin = run.NewOperator();
            await admin.PauseAsync(false);
            // Checkpoints fail for longer than any one write is tried, and heartbeats do not.
            a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.CheckpointAsync) ? new CallFate { Refusal = LeaseStoreFault.Throttled().Error } : null;
            await run.PassAsync(20);
            a.Table.OnCall = null;
            Assert.True((await admin.WaitAsync(30)).HasFollowed);
            AssertPositionsAreExact(run);
            await writing;
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings);

    [Fact]
    public void Batch_that_fails_for_ever_does_not_keep_a_pause_waiting() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Fails = _ => true;
            run.Table.WriteMany(10, 5);
            await run.PassAsync(60);
            var admin = run.NewOperator();
            await admin.PauseAsync(true);
            Assert.True((await admin.WaitAsync(10)).HasFollowed);
            run.Handler.Fails = null;
            await run.PassAsync(100);
            Assert.All(run.Ledger.Records, record => Assert.False(record.IsHandled));
            await admin.ResumeAsync();
            await run.EndAsync();
        },
        Settings);

    [Fact]
    public void Handler_that_takes_long_is_left_to_finish() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = record => TimeSpan.FromSeconds(record.Number == 0 ? 100 : 0);
            run.Table.WriteMany(10, 1);
            await run.PassAsync(5);
            var admin = run.NewOperator();
            await admin.PauseAsync(false);
            var waiting = await admin.WaitAsync(10);
            Assert.Contains("a is at work on it", Assert.Single(waiting.WaitingFor), StringComparison.Ordinal);
            Assert.True((await admin.WaitAsync(120)).HasFollowed);
            Assert.Equal(10, run.Ledger.Records.Count(record => record.IsHandled));
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        });

    [Fact]
    public void Pause_can_be_changed_from_one_kind_to_the_other() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await run.AllHeldAsync();
            var admin = run.NewOperator();
            await admin.PauseAsync(true);
            Assert.True((await admin.WaitAsync(20)).HasFollowed);
            await admin.PauseAsync(false);
            Assert.True((await admin.WaitAsync(20)).HasFollowed);
            Assert.All(run.Leases, lease => Assert.Null(lease.Owner));
            run.Table.WriteMany(10, 5);
            await admin.PauseAsync(true);
            await run.AllHeldAsync();
            Assert.True((await admin.WaitAsync(20)).HasFollowed);
            Assert.All(run.Ledger.Records, record => Assert.False(record.IsHandled));
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal([OperationKind.Resume, OperationKind.Pause, OperationKind.Pause, OperationKind.Pause], (await admin.LookAsync()).Operations.Select(operation => operation.Kind));
        },
        Settings);

    [Fact]
    public void Pauses_and_resumes_that_follow_each_other_closely_lose_and_repeat_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            var writing = run.WriteSteadilyAsync(20, perSecond: 10);
            var admin = run.NewOperator();
            for (var i = 0; i < 12; i++)
            {
                await run.PassAsync(run.Dice.Fraction());
                await admin.PauseAsync(run.Dice.Chance(0.5));
                await run.PassAsync(run.Dice.Fraction());
                await admin.ResumeAsync();
            }

            await writing;
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings);

    /// <summary>Holds that what is stored is what is handled, record for record.</summary>
    private static void AssertPositionsAreExact(Simulation run) => Assert.All(
        run.Leases,
        lease => Assert.Equal(run.Ledger.Of(lease.Shard).Records.LastOrDefault(record => record.IsHandled)?.SequenceNumber, lease.Checkpoint));
}
