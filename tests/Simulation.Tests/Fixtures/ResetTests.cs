namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixture 76: positions that are moved while workers run. What a reset asks for is owed once more from then on, in the order of each item; the checks hold it (I1 to I6).</summary>
public sealed class ResetTests
{
    private static SimulationSettings Settings => new() { Shards = 3 };

    public static TheoryData<string> Kinds => ["TRIM_HORIZON", "LATEST", "TIME", "SEQUENCE"];

    // C6, C7, F76
    [Theory]
    [MemberData(nameof(Kinds))]
    public void F76_Reset_while_running_is_fenced_by_epoch_followed_by_every_worker_and_remembered(string kind) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(0, 40));
            await WriteAndRollAsync(run);
            var writing = run.WriteSteadilyAsync(10);
            await run.PassAsync(2);
            var admin = run.NewOperator();
            var before = run.Leases.ToDictionary(lease => lease.Shard, lease => lease.Epoch);
            var ordered = await admin.ResetAsync(PositionOf(run, kind));
            var concerned = ordered.Single().Shards.Select(move => new ShardId(move.Shard)).ToHashSet();
            Assert.True((await admin.WaitAsync(60)).HasFollowed);
            Assert.All(run.Leases.Where(lease => concerned.Contains(lease.Shard)), lease => Assert.True(lease.Generation == 1 && lease.Epoch > before[lease.Shard]));
            Assert.All(run.Leases.Where(lease => before.ContainsKey(lease.Shard) && !concerned.Contains(lease.Shard)), lease => Assert.Equal(0, lease.Generation));
            await writing;
            await run.EndAsync();
            Assert.True(kind == "LATEST" || run.Ledger.Repeated > 0);
            var last = (await admin.LookAsync()).Operations[0];
            Assert.Equal((OperationKind.Reset, "operator", OperationState.Done), (last.Kind, last.By, last.State));
            Assert.False(string.IsNullOrEmpty(last.From));
            Assert.Equal(last.Number, ordered.Single().Operation);
        },
        Settings,
        seeds: 15);

    [Fact]
    public void Reset_to_the_trim_horizon_delivers_all_that_is_left_once_more() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.TrimHorizon);
            await admin.WaitAsync();
            await run.EndAsync();
            Assert.Equal(run.Ledger.Written, run.Ledger.Repeated);
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        Settings);

    [Fact]
    public void Reset_to_the_latest_records_passes_over_what_waits_and_nothing_that_is_written_later() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Fails = _ => true;
            await WriteAndRollAsync(run);
            await run.PassAsync(100);
            var closed = run.Ledger.Shards.Where(shard => shard.IsClosed).ToHashSet();
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.Latest);
            // Written, and rolled away, before anybody can have carried it out.
            run.Table.WriteMany(9, 9);
            foreach (var shard in run.Table.OpenShards)
                run.Table.Roll(shard);
            run.Table.WriteMany(9, 9);
            run.Handler.Fails = null;
            Assert.True((await admin.WaitAsync()).HasFollowed);
            await run.EndAsync();
            Assert.All(run.Ledger.Records.TakeLast(18), record => Assert.True(record.IsHandled));
            Assert.All(run.Ledger.Records.Where(record => closed.Contains(record.Shard)), record => Assert.False(record.IsHandled));
        },
        Settings);

    [Fact]
    public void Reset_to_a_time_delivers_everything_from_it_on() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.PassAsync(600);
            var time = run.Time.GetUtcNow();
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.FromTime(time));
            await admin.WaitAsync();
            await run.EndAsync();
            Assert.Equal(run.Ledger.Records.Count(record => record.Written.CreatedAt >= time), run.Ledger.Repeated);
        },
        Settings);

    [Fact]
    public void Reset_of_one_shard_begins_at_the_record_and_leaves_other_lineages_where_they_are() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            await run.UntilAsync(() => run.Ledger.Shards.All(shard => shard.IsDone || !shard.IsClosed), 20, "the old shards are done");
            var shard = run.Ledger.Shards.First(one => one.Parent is null && one.Records.Count > 3);
            var first = shard.Records[2];
            var others = run.Leases.Where(lease => !IsOf(run.Ledger.Of(lease.Shard), shard)).ToList();
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.At(shard.Id, first.SequenceNumber));
            Assert.True((await admin.WaitAsync()).HasFollowed);
            await run.EndAsync();
            Assert.Equal(run.Ledger.Records.Count(record => IsOf(record.Shard, shard) && (record.Shard != shard || record.InShard >= 2)), run.Ledger.Repeated);
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.All(others, lease => Assert.Equal((lease.Generation, lease.Start), (run.LeaseOf(lease.Shard)!.Generation, run.LeaseOf(lease.Shard)!.Start)));
        },
        Settings);

    [Fact]
    public void Reset_to_what_the_stream_cannot_give_is_refused_and_changes_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            var shards = run.Ledger.Shards.Where(shard => shard.Records.Count > 0).ToList();
            var leases = run.Leases;
            foreach (var position in new[]
            {
                ResetPosition.At(shards[0].Id, shards[1].Records[0].SequenceNumber),
                ResetPosition.At(shards[0].Id, SequenceNumber.Parse("7")),
                ResetPosition.At(new ShardId("shardId-00000001795448752315-0000000f"), shards[0].Records[0].SequenceNumber),
                ResetPosition.FromTime(run.Time.GetUtcNow().AddHours(1)),
                ResetPosition.FromTime(run.Time.GetUtcNow().AddHours(-25)),
            })
                await Assert.ThrowsAsync<OperationRefusedException>(() => admin.ResetAsync(position));
            await run.PassAsync(5);
            Assert.Equal(leases.Select(lease => lease.Epoch), run.Leases.Select(lease => lease.Epoch));
            Assert.Empty((await admin.LookAsync()).Operations);
            await run.EndAsync();
        },
        Settings,
        seeds: 5);

    [Fact]
    public void Dry_run_says_what_would_become_of_each_shard_and_changes_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            await run.PassAsync(5);
            var changes = run.Rows.Changes;
            var admin = run.NewOperator();
            var shown = Assert.Single(await admin.ResetAsync(ResetPosition.TrimHorizon, isDryRun: true));
            Assert.Null(shown.Operation);
            Assert.Equal(run.Leases.Select(lease => lease.Shard.Value).Order(StringComparer.Ordinal), shown.Shards.Select(move => move.Shard));
            Assert.All(shown.Shards, move => Assert.Equal("TRIM_HORIZON", move.To));
            Assert.Contains(shown.Shards, move => move is { IsFinished: true, From: not null });
            await run.PassAsync(5);
            Assert.Equal(changes, run.Rows.Changes);
            Assert.Empty((await admin.LookAsync()).Operations);
            await run.EndAsync();
        },
        Settings,
        seeds: 5);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reset_waits_for_a_worker_that_is_held_and_goes_on_when_it_is_fenced(string kind) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            var b = run.Start("b");
            await WriteAndRollAsync(run);
            await run.PassAsync(20);
            var writing = run.WriteSteadilyAsync(10);
            await run.PassAsync(run.Dice.Fraction());
            var admin = run.NewOperator();
            a.Pause();
            await admin.ResetAsync(PositionOf(run, kind));
            Assert.True((await admin.WaitAsync(30)).HasFollowed);
            a.Resume();
            await writing;
            b.Kill();
            await run.EndAsync();
        },
        Settings,
        seeds: 15);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reset_of_a_group_that_is_dead_is_carried_out_by_whoever_comes_next(string kind) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            var b = run.Start("b");
            await WriteAndRollAsync(run);
            await run.PassAsync(20);
            a.Kill();
            b.Kill();
            var admin = run.NewOperator();
            await admin.ResetAsync(PositionOf(run, kind));
            await run.PassAsync(5);
            Assert.False((await admin.LookAsync()).HasFollowed);
            run.Start("c");
            run.Table.WriteMany(10, 5);
            await run.EndAsync();
            Assert.True((await admin.LookAsync()).HasFollowed);
        },
        Settings);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reset_of_a_group_that_is_not_running_is_carried_out_by_the_operator(string kind) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await WriteAndRollAsync(run);
            await run.PassAsync(20);
            a.Stop();
            await run.UntilAsync(() => a.IsGone, 30, "a has stopped");
            var admin = run.NewOperator();
            await admin.ResetAsync(PositionOf(run, kind));
            Assert.True((await admin.WaitAsync(20)).HasFollowed);
            Assert.Contains(run.Leases, lease => lease.Generation == 1);
            run.Start("b");
            await run.EndAsync();
        },
        Settings);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shards_that_roll_and_split_during_a_reset_lose_nothing(string kind) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.PassAsync(5);
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(0, 300));
            var writing = run.WriteSteadilyAsync(8);
            await run.PassAsync(1 + run.Dice.Fraction());
            var admin = run.NewOperator();
            var resetting = admin.ResetAsync(PositionOf(run, kind));
            for (var i = 0; i < 6; i++)
            {
                await run.PassAsync(run.Dice.Fraction());
                if (run.Dice.Chance(0.4))
                    run.Table.Split(run.Dice.Pick(run.Table.OpenShards));
                else
                    run.Table.Roll(run.Dice.Pick(run.Table.OpenShards));
            }

            await resetting;
            await writing;
            await run.EndAsync();
        },
        Settings,
        seeds: 25);

    [Fact]
    public void Two_resets_at_once_come_to_the_later_one_and_both_are_remembered() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.PassAsync(10);
            var (one, other) = (run.NewOperator("one"), run.NewOperator("other"));
            await Task.WhenAll(one.ResetAsync(ResetPosition.TrimHorizon), other.ResetAsync(ResetPosition.Latest));
            Assert.True((await one.WaitAsync()).HasFollowed);
            run.Table.WriteMany(10, 5);
            await run.EndAsync();
            var operations = (await one.LookAsync()).Operations;
            Assert.Equal([2, 1], operations.Select(operation => operation.Number));
            Assert.Equal(2, operations.Select(operation => operation.By).Distinct().Count());
            Assert.Equal(OperationState.Done, operations[0].State);
            Assert.All(run.Leases, lease => Assert.Equal(2, lease.Generation));
        },
        Settings);

    [Fact]
    public void Reset_of_one_shard_is_refused_while_another_reset_is_pending() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            run.Handler.Takes = _ => TimeSpan.FromSeconds(20);
            run.Table.WriteMany(3, 3);
            await run.PassAsync(5);
            var admin = run.NewOperator();
            await admin.ResetAsync(ResetPosition.TrimHorizon);
            var refused = await Assert.ThrowsAsync<OperationRefusedException>(() => admin.ResetAsync(PositionOf(run, "SEQUENCE")));
            Assert.Contains("Operation 1 resets", refused.Message, StringComparison.Ordinal);
            run.Handler.Takes = null;
            Assert.True((await admin.WaitAsync(120)).HasFollowed);
            await run.EndAsync();
        },
        Settings,
        seeds: 5);

    [Fact]
    public void Resets_that_follow_each_other_each_move_the_position() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            var admin = run.NewOperator();
            await WriteAndRollAsync(run);
            foreach (var kind in new[] { "SEQUENCE", "TRIM_HORIZON", "SEQUENCE", "TIME", "LATEST", "TRIM_HORIZON" })
            {
                run.Table.WriteMany(10, 5);
                await run.PassAsync(5 * run.Dice.Fraction());
                await admin.ResetAsync(PositionOf(run, kind));
                await admin.WaitAsync();
            }

            await run.EndAsync();
        },
        Settings);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_in_a_pause_is_carried_out_in_it_and_read_after_it(bool keepsLeases) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await WriteAndRollAsync(run);
            await run.AllHandledAsync();
            var admin = run.NewOperator();
            await admin.PauseAsync(keepsLeases);
            await admin.WaitAsync();
            await admin.ResetAsync(ResetPosition.TrimHorizon);
            Assert.True((await admin.WaitAsync()).HasFollowed);
            await run.PassAsync(60);
            Assert.Equal(0, run.Ledger.Repeated);
            await admin.ResumeAsync();
            await run.EndAsync();
            Assert.Equal(run.Ledger.Written, run.Ledger.Repeated);
        },
        Settings);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lease_table_that_throttles_and_loses_answers_delays_a_reset_only(string kind) => Fixture.Run(
        async run =>
        {
            var workers = new[] { run.Start("a"), run.Start("b"), run.Start("c") };
            await WriteAndRollAsync(run);
            await run.PassAsync(5);
            var admin = run.NewOperator();
            await admin.ResetAsync(PositionOf(run, kind));
            foreach (var worker in workers)
                (worker.Table.Faults.Throttling, worker.Table.Faults.LostReplies) = (0.2, 0.2);
            var writing = run.WriteSteadilyAsync(10);
            await run.PassAsync(10);
            workers[0].Table.Faults.IsCut = true;
            await run.PassAsync(10);
            foreach (var worker in workers)
                worker.Table.Faults.Clear();
            await writing;
            Assert.True((await admin.WaitAsync(90)).HasFollowed);
            await run.EndAsync();
        },
        Settings,
        seeds: 25);

    public static TheoryData<string, string> CrashPoints => new MatrixTheoryData<string, string>(
        ["TRIM_HORIZON", "LATEST", "SEQUENCE"],
        [nameof(ILeaseStore.CommandAsync), nameof(ILeaseStore.ResetLeaseAsync), nameof(ILeaseStore.CompleteResetAsync), nameof(ILeaseStore.ReleaseAsync), nameof(ILeaseStore.ListLeasesAsync)])
        .Aggregate(new TheoryData<string, string>(), (all, row) =>
        {
            all.Add(row.Data.Item1, row.Data.Item2);
            return all;
        });

    /// <summary>Whoever carries a reset out dies in the middle of one of its calls, before or after the call is done: at the first, the second and so on, until a run has no such call any more.</summary>
    [Theory]
    [MemberData(nameof(CrashPoints))]
    public void Death_of_whoever_carries_a_reset_out_at_any_step_leaves_the_rest_to_others(string kind, string operation)
    {
        var died = 1;
        for (var step = 1; died > 0 && step <= 12; step++)
        {
            died = 0;
            for (ulong seed = 1; seed <= 4; seed++)
                Simulation.Run(seed, run => DieAtAsync(run, kind, operation, step, () => died++), Settings);
            Assert.True(step > 1 || died > 0, "The operation is never called.");
        }
    }

    private static async Task DieAtAsync(Simulation run, string kind, string operation, int step, Action died)
    {
        var workers = new[] { run.Start("a"), run.Start("b") };
        await WriteAndRollAsync(run);
        await run.PassAsync(15);
        var admin = run.NewOperator();
        var calls = 0;
        foreach (var worker in workers)
            worker.Table.OnCall = call => DieIn(call, worker.Kill);
        admin.Table.OnCall = call => DieIn(call, admin.Kill);
        _ = admin.ResetAsync(PositionOf(run, kind));
        _ = run.WriteSteadilyAsync(4);
        await run.PassAsync(20);
        foreach (var worker in workers)
            worker.Table.OnCall = null;
        run.Start("c");
        await run.EndAsync();
        Assert.True((await run.NewOperator("late").WaitAsync(30)).HasFollowed);

        CallFate? DieIn(Call call, Action kill)
        {
            if (call.Operation != operation || ++calls != step)
                return null;
            died();
            kill();
            return null;
        }
    }

    private static bool IsOf(ShardFacts? shard, ShardFacts ancestor) => shard is not null && (shard == ancestor || IsOf(shard.Parent, ancestor));

    /// <summary>Writes to all shards, and rolls some of them in between.</summary>
    private static async Task WriteAndRollAsync(Simulation run)
    {
        await run.UntilAsync(() => run.Leases.Count > 0, 20, "there are leases");
        run.Table.WriteMany(24, 12);
        run.Table.Roll(run.Table.OpenShards[0]);
        run.Table.WriteMany(12, 12);
        await run.PassAsync(0.2 * run.Dice.Fraction());
        run.Table.Split(run.Table.OpenShards[^1]);
        run.Table.WriteMany(12, 12);
    }

    private static ResetPosition PositionOf(Simulation run, string kind)
    {
        var known = run.Leases.Select(lease => lease.Shard).ToHashSet();
        var shard = run.Ledger.Shards.First(one => known.Contains(one.Id) && one.Records.Count > 1);
        return kind switch
        {
            "TRIM_HORIZON" => ResetPosition.TrimHorizon,
            "LATEST" => ResetPosition.Latest,
            "TIME" => ResetPosition.FromTime(run.Time.GetUtcNow().AddSeconds(-2)),
            _ => ResetPosition.At(shard.Id, shard.Records[1].SequenceNumber),
        };
    }
}
