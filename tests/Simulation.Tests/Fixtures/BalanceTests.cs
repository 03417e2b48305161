using StreamWorker.Simulation.Mutants;

namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 9, 19 to 23 and 26 to 29: how shards are shared out, and how they are handed over.</summary>
public sealed class BalanceTests
{
    private static readonly double s_lease = Fixture.LeaseDuration.TotalSeconds;

    [Fact]
    public void F09_Ten_workers_that_start_together_share_500_shards_out_without_standing_in_each_others_way() => Fixture.Run(
        async run =>
        {
            var conflicts = 0;
            for (var i = 0; i < 10; i++)
                run.Start($"w{i}");
            run.LeaseTable.OnClaim = isWon => conflicts += isWon ? 0 : 1;
            await run.AllHeldAsync(60);
            await run.BalancedAsync(60);
            Assert.InRange(conflicts, 0, 2 * 500);
            Assert.InRange(run.Leases.Max(lease => lease.Epoch), 1, 3);
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 500 },
        seeds: 1);

    [Fact]
    public void F19_From_one_worker_to_two_to_five_and_back_to_two_moves_no_more_than_it_must_and_doubles_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(150, perSecond: 20, items: 40);
            run.Start("b");
            await run.PassAsync(10);
            await run.BalancedAsync(40);
            Assert.Equal(5, Moves(run));
            foreach (var name in new[] { "c", "d", "e" })
                run.Start(name);
            await run.PassAsync(10);
            await run.BalancedAsync(60);
            // Two each for the three that joined.
            Assert.Equal(5 + 6, Moves(run));
            foreach (var worker in run.Workers.Skip(2).ToList())
                worker.Stop();
            await run.UntilAsync(() => run.Workers.Skip(2).All(worker => worker.IsGone), 10, "three have left");
            await run.AllHeldAsync(2);
            await run.BalancedAsync(60);
            Assert.InRange(Moves(run), 5 + 6 + 6, 5 + 6 + 7);
            await writing;
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
            // A poll, and what a hand-over takes: a look at the table by the one who has it, and one by the one who wants it.
            Assert.True(run.LongestWait() < TimeSpan.FromSeconds(1 + 1 + 0.5), $"{run.LongestWait()}");
        },
        new SimulationSettings { Shards = 10 },
        seeds: 10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F20_Owner_that_is_killed_while_it_hands_over_is_taken_over_from(bool isApplied) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(40);
            var b = run.Start("b");
            a.Table.OnCall = call =>
            {
                if (call.Operation != nameof(ILeaseStore.HandOverAsync))
                    return null;
                a.Kill();
                return isApplied ? new CallFate { LosesReply = true } : new CallFate { LosesRequest = true };
            };
            await run.UntilAsync(() => a.IsGone, 35, "a is asked");
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId == "b"), (s_lease * 5 / 3) + 1, "b has all");
            await writing;
            await run.EndAsync();
            Assert.False(b.IsStopping && !b.IsGone);
        },
        new SimulationSettings { Shards = 4 });

    [Theory]
    [InlineData(nameof(ILeaseStore.RequestAsync))]
    [InlineData(nameof(ILeaseStore.ClaimAsync))]
    public void F21_Worker_that_is_killed_after_it_has_asked_leaves_nothing_stuck(string operation) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(60);
            var b = run.Start("b");
            var asked = 0;
            b.Table.OnCall = call =>
            {
                if (call.Operation != nameof(ILeaseStore.RequestAsync) || (operation != call.Operation && asked++ < 3))
                    return null;
                b.Kill();
                return null;
            };
            await run.UntilAsync(() => b.IsGone, 35, "b has asked");
            await run.PassAsync(3 * s_lease);
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId == "a"), 15, "a has what it has not handed over, and takes the rest back");
            run.Start("c");
            await run.PassAsync(1);
            await run.BalancedAsync(45);
            Assert.Equal([2, 2], run.Counts);
            await writing;
            await run.EndAsync();
            Assert.False(a.Process.IsDead);
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F22_Handler_that_does_not_come_to_an_end_keeps_its_shard_and_goes_on_with_it() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Handler.IgnoresCancellation = true;
            run.Handler.Takes = record => TimeSpan.FromSeconds(record.Number < 20 ? 60 : 0);
            run.Table.WriteMany(20, 20);
            run.Start("b");
            await run.UntilAsync(() => run.Leases.Any(lease => lease.Requester is not null), 30, "b has asked");
            await run.UntilAsync(() => run.Leases.All(lease => lease.Requester is null), 40, "b has given up");
            Assert.All(run.Leases, lease => Assert.Equal(("a", 1L), (lease.Owner?.WorkerId, lease.Epoch)));
            run.Handler.Takes = null;
            await run.EndAsync(400);
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.False(a.Process.IsDead);
        },
        new SimulationSettings { Shards = 2, Consumer = options => options.BatchSize = 1 },
        seeds: 10);

    [Fact]
    public void F23_Shard_that_ends_while_it_is_asked_for_ends_once_and_its_children_are_made_once() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(1, 50));
            var writing = run.WriteSteadilyAsync(30);
            run.Start("b");
            await run.UntilAsync(() => run.Leases.Any(lease => lease.Requester is not null), 30, "b has asked");
            await run.PassAsync(run.Dice.Fraction() / 2);
            foreach (var shard in run.Table.OpenShards)
                run.Table.Split(shard);
            await writing;
            run.Handler.Clear();
            await run.BalancedAsync(60);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.All(run.Workers, worker => Assert.True(worker.IsGone));
        },
        new SimulationSettings { Shards = 4 });

    /// <summary>Each step begins a new worker and then stops an old one, as a Deployment does, or the other way round, as a StatefulSet does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void F26_Rolling_restart_of_20_workers_moves_no_shard_more_than_twice(bool startsFirst) => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < 20; i++)
                run.Start($"old-{i}");
            await run.AllHeldAsync(30);
            await run.PassAsync(20);
            await run.BalancedAsync();
            var before = run.Leases.ToDictionary(lease => lease.Shard, lease => lease.Epoch);
            var writing = run.WriteSteadilyAsync(20 * 8, perSecond: 20, items: 100);
            for (var i = 0; i < 20; i++)
            {
                if (startsFirst)
                    run.Start($"new-{i}");
                await run.PassAsync(3);
                run.Workers[i].Stop();
                await run.PassAsync(2);
                if (!startsFirst)
                    run.Start($"new-{i}");
                await run.PassAsync(2);
            }

            await run.AllHeldAsync(5);
            Assert.All(run.Leases, lease => Assert.InRange(lease.Epoch - before[lease.Shard], 1, 2));
            await run.PassAsync(30);
            await run.BalancedAsync(60);
            await writing;
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.True(run.LongestWait() < TimeSpan.FromSeconds(2 + 1), $"{run.LongestWait()}");
        },
        new SimulationSettings { Shards = 45 },
        seeds: 2);

    [Fact]
    public void F27_Quiet_shards_are_never_moved_once_all_have_as_many() => Fixture.Run(
        async run =>
        {
            foreach (var name in new[] { "a", "b", "c" })
                run.Start(name);
            await run.AllHeldAsync();
            await run.PassAsync(30);
            await run.BalancedAsync();
            var epochs = run.Leases.Select(lease => (lease.Shard, lease.Epoch, lease.Requester)).ToList();
            await run.PassAsync(3600);
            Assert.Equal(epochs, run.Leases.Select(lease => (lease.Shard, lease.Epoch, lease.Requester)));
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 7, Worker = options => (options.LeaseDuration, options.MaximumPollInterval) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)) },
        seeds: 2);

    [Fact]
    public void F28_Eleven_shards_and_ten_workers_leave_nobody_idle() => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < 10; i++)
                run.Start($"w{i}");
            await run.AllHeldAsync();
            await run.BalancedAsync(90);
            Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 2], run.Counts.Order());
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 11 },
        seeds: 5);

    /// <summary>Gets how often a lease has changed hands after it was taken for the first time.</summary>
    private static long Moves(Simulation run) => run.Leases.Sum(lease => lease.Epoch - 1);

    [Fact]
    public void F29_Rolling_upgrade_from_a_version_that_knows_no_requests_and_back_loses_and_doubles_nothing()
    {
        var isOld = true;
        Fixture.Run(
            async run =>
            {
                var writing = run.WriteSteadilyAsync(150, perSecond: 5);
                isOld = true;
                var workers = new Queue<SimulatedWorker>([run.Start("old1"), run.Start("old2")]);
                await run.AllHeldAsync(60);
                foreach (var (name, old) in new[] { ("new1", false), ("new2", false), ("old3", true), ("old4", true) })
                {
                    isOld = old;
                    workers.Enqueue(run.Start(name));
                    await run.PassAsync(20);
                    var leaving = workers.Dequeue();
                    leaving.Stop();
                    await run.UntilAsync(() => leaving.IsGone, 30, $"{leaving.Name} has left");
                    await run.AllHeldAsync(60);
                }

                await writing;
                await run.EndAsync();
                Assert.Equal(0, run.Ledger.Duplicates);
            },
            new SimulationSettings
            {
                Shards = 6,
                Worker = options => options.RebalanceDelay = TimeSpan.FromSeconds(2),
                Mutation = new Mutation { Leases = (_, table) => isOld ? new WithoutRequests(table) : table },
            },
            seeds: 10);
    }

    /// <summary>Does not know the attributes of requests and of workers that leave: neither reads nor writes them.</summary>
    private sealed class WithoutRequests(ILeaseStore inner) : DelegatingLeaseStore(inner)
    {
        public override async ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken) =>
            new([.. (await base.ListLeasesAsync(scope, cancellationToken)).Select(lease => lease with { Requester = null })]);

        public override async ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) =>
            new([.. (await base.ListWorkersAsync(application, cancellationToken)).Select(row => row with { IsLeaving = false })]);

        public override ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) => new((Lease?)null);
    }
}
