namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 1 to 18: who owns a shard, whatever becomes of processes, clocks and the ways to the lease table.</summary>
public sealed class OwnershipTests
{
    private static readonly double s_lease = Fixture.LeaseDuration.TotalSeconds;

    // A silent worker is seen as such after a lease duration and two looks, which are a third of one apart; then its leases are listed and claimed.
    private static readonly double s_takeover = (s_lease * 5 / 3) + 0.3;

    [Fact]
    public void F01_Kill_9_in_mid_batch_moves_every_shard_within_a_lease_duration_and_a_scan() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(1, 30));
            var writing = run.WriteSteadilyAsync(8, perSecond: 50, items: 40);
            await run.PassAsync(3 + run.Dice.Fraction());
            var killed = run.Scheduler.Now;
            var handledLast = run.Ledger.Records.Count(record => record.IsHandled && killed - record.HandledAt < TimeSpan.FromSeconds(1.2).Ticks);
            a.Kill();
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId == "b"), s_takeover, "b holds all that a held");
            await writing;
            await run.EndAsync();
            // At most what was handled since the last checkpoint, and what was on its way to the sink.
            Assert.InRange(run.Ledger.Duplicates, 0, handledLast + 8);
        },
        new SimulationSettings { Shards = 8 });

    [Fact]
    public void F02_Paused_for_three_lease_durations_and_resumed_delivers_nothing_under_the_old_epoch() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(0, 20));
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(2 + run.Dice.Fraction());
            a.Pause();
            await run.PassAsync(3 * s_lease);
            a.Resume();
            await writing;
            await run.EndAsync();
            Assert.Contains(run.Rows.Checkpoints, entry => entry.Owner?.WorkerId == "b");
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F02_Suspended_machine_whose_monotonic_clock_stood_still_begins_no_batch_with_what_it_held() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(2 + run.Dice.Fraction());
            a.Suspend();
            await run.PassAsync(3 * s_lease);
            a.WakeUp();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F02_Machine_that_was_suspended_for_too_short_to_be_noticed_counts_on_its_leases_no_longer_for_it() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(2 + run.Dice.Fraction());
            a.Table.Faults.IsCut = true;
            await run.PassAsync(s_lease / 4);
            a.Suspend();
            await run.PassAsync(s_lease * 0.32);
            a.WakeUp();
            await writing;
            a.Table.Faults.Clear();
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F03_Wall_clocks_an_hour_off_move_no_lease() => Fixture.Run(
        async run =>
        {
            run.Start("a", new WorkerSetup { WallOffset = TimeSpan.FromHours(1) });
            await run.AllHeldAsync();
            run.Start("b", new WorkerSetup { WallOffset = TimeSpan.FromHours(-1) });
            await run.PassAsync(15);
            await run.BalancedAsync();
            var epochs = run.Leases.Select(lease => (lease.Shard, lease.Epoch)).ToList();
            await run.WriteSteadilyAsync(20);
            Assert.Equal(epochs, run.Leases.Select(lease => (lease.Shard, lease.Epoch)));
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        new SimulationSettings { Shards = 4 });

    [Theory]
    [InlineData(0.95, 1.0)]
    [InlineData(0.95, 1.05)]
    [InlineData(1.05, 0.95)]
    public void F04_Clocks_that_run_at_different_rates_never_make_two_owners(double rateOfA, double rateOfB) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a", new WorkerSetup { ClockRate = rateOfA, ClockOffset = TimeSpan.FromDays(30) });
            await run.AllHeldAsync();
            run.Start("b", new WorkerSetup { ClockRate = rateOfB });
            var writing = run.WriteSteadilyAsync(15, perSecond: 50);
            await run.PassAsync(3 + run.Dice.Fraction());
            a.Table.Faults.IsCut = true;
            await run.PassAsync(8);
            a.Table.Faults.Clear();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 2 });

    [Fact]
    public void F05_Heartbeat_whose_reply_is_lost_costs_no_lease() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Start("b");
        await run.PassAsync(5);
        var owner = run.Leases.Select(lease => (lease.Owner, lease.Epoch)).ToList();
        var beats = 0;
        a.Table.Patience = TimeSpan.FromMilliseconds(300);
        a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.BeatAsync) && beats++ % 2 == 0 ? new CallFate { LosesReply = true } : null;
        await run.WriteSteadilyAsync(10);
        Assert.True(beats > 8);
        Assert.Equal(owner, run.Leases.Select(lease => (lease.Owner, lease.Epoch)));
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F06_Checkpoint_whose_reply_is_lost_is_stored_once_and_the_work_goes_on() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        var lost = 0;
        a.Table.Patience = TimeSpan.FromMilliseconds(300);
        a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.CheckpointAsync) && lost++ % 2 == 0 ? new CallFate { LosesReply = true } : null;
        await run.WriteSteadilyAsync(5);
        await run.AllHandledAsync();
        var last = run.Ledger.Records.Last().SequenceNumber;
        await run.UntilAsync(() => run.Leases[0].Checkpoint == last, 5, "the last position is stored");
        Assert.True(lost > 2);
        Assert.Equal(1, run.Leases[0].Epoch);
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F07_Heartbeat_that_arrives_between_the_observation_and_the_fence_makes_the_fence_fail() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        var b = run.Start("b");
        await run.PassAsync(2);
        var isFencing = false;
        b.Table.Patience = TimeSpan.FromSeconds(30);
        b.Table.OnCall = call =>
        {
            if (call.Operation != nameof(ILeaseStore.FenceWorkerAsync) || isFencing)
                return null;
            isFencing = true;
            return new CallFate { Request = TimeSpan.FromSeconds(2) };
        };
        // The last heartbeat before the silence is itself long on its way: its sender has given up by the time it is there.
        a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.BeatAsync)
            ? new CallFate { Request = isFencing ? TimeSpan.Zero : TimeSpan.FromSeconds(20) }
            : null;
        run.Table.WriteMany(20, 5);
        await run.UntilAsync(() => isFencing, 10, "b finds a silent");
        var row = Assert.Single(run.Workers, worker => worker == a);
        await run.PassAsync(2.1);
        Assert.Equal("a", run.Leases[0].Owner?.WorkerId);
        a.Table.OnCall = null;
        await run.EndAsync();
        Assert.NotNull(row);
    });

    [Fact]
    public void F08_Scan_that_takes_two_lease_durations_steals_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            var b = run.Start("b");
            await run.PassAsync(15);
            await run.BalancedAsync();
            var epochs = run.Leases.Select(lease => (lease.Shard, lease.Epoch)).ToList();
            b.Table.Patience = TimeSpan.FromSeconds(30);
            b.Table.OnCall = call => call.Operation switch
            {
                nameof(ILeaseStore.ListWorkersAsync) or nameof(ILeaseStore.ListLeasesAsync) when run.Dice.Chance(0.5) => new CallFate { Request = TimeSpan.FromSeconds(2 * s_lease) },
                nameof(ILeaseStore.ListWorkersAsync) or nameof(ILeaseStore.ListLeasesAsync) => new CallFate { Reply = TimeSpan.FromSeconds(2 * s_lease) },
                _ => null,
            };
            await run.WriteSteadilyAsync(40, perSecond: 5);
            Assert.Equal(epochs, run.Leases.Select(lease => (lease.Shard, lease.Epoch)));
            b.Table.OnCall = null;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 });

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.8, false)]
    public void F10_Lease_table_that_refuses_every_call_for_a_while_costs_no_lease_as_long_as_two_heartbeats_are_missed(double ofLeaseDuration, bool isKept) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            run.Start("c");
            await run.AllHeldAsync();
            await run.PassAsync(15 + run.Dice.Fraction());
            var epochs = run.Leases.Select(lease => (lease.Shard, lease.Epoch)).ToList();
            foreach (var worker in run.Workers)
                worker.Table.Faults.Throttling = 1;
            await run.WriteSteadilyAsync(ofLeaseDuration * s_lease);
            foreach (var worker in run.Workers)
                worker.Table.Faults.Clear();
            await run.WriteSteadilyAsync(5);
            if (isKept)
                Assert.Equal(epochs, run.Leases.Select(lease => (lease.Shard, lease.Epoch)));
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 6 });

    [Fact]
    public void F11_Lease_table_out_of_reach_for_three_lease_durations_stops_all_and_afterwards_all_goes_on() => Fixture.Run(
        async run =>
        {
            foreach (var name in new[] { "a", "b", "c" })
                run.Start(name);
            await run.AllHeldAsync();
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(2 + run.Dice.Fraction());
            foreach (var worker in run.Workers)
                worker.Table.Faults.IsCut = true;
            await run.PassAsync(s_lease);
            var handled = run.Ledger.Records.Count(record => record.IsHandled);
            await run.PassAsync(2 * s_lease);
            Assert.Equal(handled, run.Ledger.Records.Count(record => record.IsHandled));
            foreach (var worker in run.Workers)
                worker.Table.Faults.Clear();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 6 });

    [Fact]
    public void F12_Worker_cut_off_from_the_lease_table_alone_stops_and_the_others_take_over() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            run.Start("c");
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(2 + run.Dice.Fraction());
            a.Table.Faults.IsCut = true;
            await run.UntilAsync(() => run.Leases.All(lease => lease.Owner?.WorkerId is "b" or "c"), s_takeover, "b and c hold all that a held");
            await run.PassAsync(5);
            a.Table.Faults.Clear();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 6 });

    [Fact]
    public void F14_Handler_that_blocks_for_ten_lease_durations_keeps_its_lease_and_is_seen() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Start("b");
        await run.PassAsync(15);
        var (owner, epoch) = (run.Leases[0].Owner, run.Leases[0].Epoch);
        run.Handler.Takes = record => TimeSpan.FromSeconds(record.Number == 0 ? 10 * s_lease : 0);
        await run.WriteSteadilyAsync(8 * s_lease, perSecond: 1);
        Assert.Equal((owner, epoch), (run.Leases[0].Owner, run.Leases[0].Epoch));
        var shard = Assert.Single(run.Workers.SelectMany(worker => worker.Shards));
        Assert.Equal(1, shard.Attempt);
        Assert.True(shard.RecordsBuffered > 0);
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
        Assert.Equal(epoch, run.Leases[0].Epoch);
        Assert.False(a.Process.IsDead);
    });

    [Fact]
    public void F16_Two_processes_of_the_same_name_are_different_owners() => Fixture.Run(
        async run =>
        {
            run.Start("pod-0");
            await run.AllHeldAsync();
            run.Start("pod-0");
            var writing = run.WriteSteadilyAsync(20);
            await run.PassAsync(5);
            Assert.Equal(run.Leases.Count, run.Workers.Sum(worker => worker.Shards.Count));
            run.Workers[0].Kill();
            await writing;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 });

    [Fact]
    public void F17_Worker_that_lists_is_paused_for_five_minutes_and_neither_takeover_nor_rolls_wait_for_it() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            var c = run.Start("c");
            await run.PassAsync(10);
            a.Pause();
            await run.PassAsync(s_takeover);
            var writing = run.WriteSteadilyAsync(20, perSecond: 5);
            foreach (var shard in run.Table.OpenShards)
                run.Table.Roll(shard);
            await run.PassAsync(3 + run.Dice.Fraction());
            c.Kill();
            await run.UntilAsync(() => run.Leases.Where(lease => lease.State == LeaseState.Active).All(lease => lease.Owner?.WorkerId == "b"), s_takeover, "b holds every shard");
            await writing;
            await run.AllHandledAsync(5);
            await run.PassAsync(300 - run.Seconds);
            a.Resume();
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 },
        seeds: 10);

    [Fact]
    public void F18_Workers_that_list_at_the_same_time_make_the_same_rows_once_and_delete_none() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            var b = run.Start("b");
            var writing = run.WriteSteadilyAsync(20, perSecond: 5);
            await run.PassAsync(3);
            a.Pause();
            run.Table.Split(run.Table.OpenShards[0]);
            await run.PassAsync(2 * s_lease);
            a.Resume();
            b.Pause();
            run.Table.Split(run.Table.OpenShards[0]);
            await run.PassAsync(2 * s_lease);
            b.Resume();
            await writing;
            await run.EndAsync();
            Assert.Equal(run.Ledger.Shards.Count, run.Leases.Count);
        },
        new SimulationSettings { Shards = 2, Worker = options => options.DiscoveryInterval = TimeSpan.FromSeconds(1) });
}
