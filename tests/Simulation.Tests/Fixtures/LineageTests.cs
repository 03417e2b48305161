namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 30 to 47: shards that roll, split, hide and vanish, and where reading starts.</summary>
public sealed class LineageTests
{
    /// <summary>Runs that last for days do everything rarely.</summary>
    private static readonly SimulationSettings s_overDays = new()
    {
        Worker = options =>
        {
            options.LeaseDuration = TimeSpan.FromMinutes(10);
            options.DiscoveryInterval = TimeSpan.FromHours(1);
            options.MaximumPollInterval = TimeSpan.FromMinutes(1);
        },
    };

    private static readonly SimulationSettings s_oftenListed = new() { Worker = options => options.DiscoveryInterval = TimeSpan.FromSeconds(2) };

    [Fact]
    public void F30_Roll_while_records_flow_is_a_pause_of_less_than_a_second() => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Below(10));
        var writing = run.WriteSteadilyAsync(12, perSecond: 50);
        for (var i = 0; i < 3; i++)
        {
            await run.PassAsync(2 + run.Dice.Fraction());
            run.Table.Roll(run.Table.OpenShards[0]);
        }

        await writing;
        await run.EndAsync();
        Assert.InRange(run.LongestWait().TotalSeconds, 0, 1);
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F31_Records_of_the_last_page_are_delivered_before_the_shard_is_done() => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(7, 3);
        await run.AllHandledAsync();
        run.Table.WriteMany(5, 3);
        run.Table.Roll(run.Table.OpenShards[0]);
        await run.EndAsync();
        Assert.Equal(12, run.Ledger.Records.Count(record => record.IsHandled));
    });

    [Theory]
    [InlineData(ChildFilter.Honoured)]
    [InlineData(ChildFilter.Ignored)]
    [InlineData(ChildFilter.Refused)]
    public void F32_Child_that_is_listed_five_seconds_late_is_waited_for(ChildFilter filter) => Fixture.Run(
        async run =>
        {
            var listing = new ListingFaults(run.NewDice(), run.Time) { Hides = TimeSpan.FromSeconds(5) };
            run.Start("a").Listing.OnListed = listing.Apply;
            await run.AllHeldAsync();
            run.Table.WriteMany(5, 3);
            await run.AllHandledAsync();
            var parent = run.Ledger.Of(run.Table.OpenShards[0]);
            run.Table.Roll(parent.Id);
            run.Table.WriteMany(5, 3);
            await run.UntilAsync(() => run.Rows.Leases.Any(entry => entry.Lease.Shard != parent.Id), 30, "the child has a lease");
            await run.EndAsync();
        },
        s_oftenListed with { ChildFilter = filter });

    [Fact]
    public void F33_Three_generations_of_splits_are_read_in_the_order_of_each_item() => Fixture.Run(async run =>
    {
        run.Table.WriteMany(20, 10);
        for (var generation = 0; generation < 3; generation++)
        {
            foreach (var shard in run.Table.OpenShards)
                run.Table.Split(shard);
            run.Table.WriteMany(20, 10);
        }

        await run.PassAsync(TimeSpan.FromHours(10).TotalSeconds);
        run.Start("a");
        run.Start("b");
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F34_Child_that_was_listed_early_waits_for_its_parent_and_then_starts_at_once() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            run.Handler.Takes = record => TimeSpan.FromSeconds(record.Number < 5 ? 3 : 0);
            run.Table.WriteMany(5, 3);
            await run.PassAsync(1);
            var parent = run.Ledger.Of(run.Table.OpenShards[0]);
            run.Table.Roll(parent.Id);
            run.Table.WriteMany(5, 3);
            await run.UntilAsync(() => parent.IsDone, 60, "the parent is done");
            await run.AllHandledAsync(1);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        s_oftenListed);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F35_Kill_at_the_end_of_a_shard_leaves_parent_and_children_both_done_or_both_not(bool isReplyLost) => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(10, 5);
        await run.AllHandledAsync();
        await run.PassAsync(1.5);
        a.Table.OnCall = call =>
        {
            if (call.Operation != nameof(ILeaseStore.EndShardAsync))
                return null;
            a.Kill();
            return isReplyLost ? new CallFate { LosesReply = true } : null;
        };
        var parent = run.Ledger.Of(run.Table.OpenShards[0]);
        run.Table.Split(parent.Id);
        run.Table.WriteMany(10, 5);
        await run.UntilAsync(() => a.IsGone, 20, "a is killed");
        await run.PassAsync(1);
        Assert.Equal(parent.IsDone, parent.Children.All(child => child.Epoch is not null));
        run.Start("b");
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F36_Listing_with_a_closed_leaf_starts_no_child_at_the_wrong_place() => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < 3; i++)
            {
                var listing = new ListingFaults(run.NewDice(), run.Time) { Lag = TimeSpan.FromSeconds(3), Hides = TimeSpan.FromSeconds(3) };
                run.Start($"w{i}").Listing.OnListed = listing.Apply;
            }

            var writing = run.WriteSteadilyAsync(15);
            for (var i = 0; i < 3; i++)
            {
                await run.PassAsync(4);
                run.Table.Split(run.Table.OpenShards[0]);
            }

            await writing;
            await run.EndAsync();
        },
        s_oftenListed with { ShardsPerPage = 2 });

    [Fact]
    public void F37_Page_of_a_long_listing_that_is_throttled_does_not_begin_the_listing_anew() => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < 60; i++)
                run.Table.Split(run.Table.OpenShards[i]);
            run.Table.WriteMany(200, 200);
            var a = run.Start("a");
            var pages = 0;
            a.Stream.OnCall = call => call.Operation == nameof(IStreamsClient.DescribeStreamAsync) && ++pages % 20 == 0 ? new CallFate { Refusal = StreamFaults.Throttled() } : null;
            await run.UntilAsync(() => run.Ledger.Shards.All(shard => shard.Epoch is not null || shard.Parent is { IsDone: false }), 30, "every shard that may be read has a row");
            a.Stream.OnCall = null;
            // A listing takes 63 pages.
            Assert.InRange(pages, 60, 2 * 70);
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 5, ShardsPerPage = 2 },
        seeds: 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void F38_F39_Stream_that_is_said_to_be_unknown_or_empty_now_and_then_loses_no_row(bool isUnknown) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var listings = 0;
            a.Listing.OnListed = answer => ++listings % 3 != 0 ? answer : isUnknown ? throw StreamFaults.NotFound() : answer with { Shards = [], LastEvaluated = null };
            var writing = run.WriteSteadilyAsync(15);
            await run.PassAsync(5);
            run.Table.Roll(run.Table.OpenShards[0]);
            await writing;
            a.Listing.OnListed = null;
            Assert.True(listings > 3);
            Assert.Equal(2, run.Leases.Count);
            Assert.Equal(1, run.LeaseOf(run.Table.OpenShards[0])!.Epoch);
            await run.EndAsync();
        },
        s_oftenListed);

    [Fact]
    public void F40_Iterator_that_is_refused_twenty_times_ends_no_shard() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync();
        var refused = 0;
        a.Stream.Patience = TimeSpan.FromSeconds(1);
        a.Stream.OnCall = call => call.Operation switch
        {
            nameof(IStreamsClient.GetRecordsAsync) when refused == 0 => new CallFate { Refusal = StreamFaults.ExpiredIterator() },
            nameof(IStreamsClient.GetShardIteratorAsync) when refused++ < 20 => (refused % 3) switch
            {
                0 => new CallFate { Refusal = StreamFaults.Throttled() },
                1 => new CallFate { Refusal = StreamFaults.ServiceFault() },
                _ => new CallFate { LosesReply = true },
            },
            _ => null,
        };
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync(120);
        Assert.True(refused > 20);
        Assert.Equal(LeaseState.Active, run.Leases[0].State);
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F41_Shard_that_is_said_to_be_unknown_for_a_moment_is_read_on() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync();
        var refused = 0;
        a.Stream.OnCall = call => call.Operation is nameof(IStreamsClient.GetRecordsAsync) && refused++ < 3 ? new CallFate { Refusal = StreamFaults.NotFound() } : null;
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync();
        Assert.Equal(LeaseState.Active, run.Leases[0].State);
        await run.EndAsync();
        Assert.Equal(10, run.Ledger.Records.Count(record => record is { IsHandled: true, IsExcused: false }));
    });

    [Fact]
    public void F42_Row_of_a_parent_that_somebody_deletes_is_made_again_and_its_child_waits() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromSeconds(0.5);
            run.Table.WriteMany(10, 3);
            await run.PassAsync(1);
            var parent = run.Ledger.Of(run.Table.OpenShards[0]);
            run.Table.Roll(parent.Id);
            run.Table.WriteMany(10, 3);
            await run.PassAsync(2);
            run.DeleteRow(parent);
            run.Handler.Clear();
            await run.EndAsync();
        },
        s_oftenListed);

    [Fact]
    public void F43_Row_of_a_shard_that_is_done_and_still_listed_days_later_is_not_made_again() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Table.WriteMany(10, 3);
            run.Table.Roll(run.Table.OpenShards[0]);
            run.Table.WriteMany(10, 3);
            for (var day = 0; day < 4; day++)
            {
                await run.PassAsync(TimeSpan.FromDays(1).TotalSeconds);
                run.Table.WriteMany(2, 3);
                run.Table.Roll(run.Table.OpenShards[0]);
            }

            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        s_overDays,
        seeds: 2);

    [Fact]
    public void F45_Position_that_was_dropped_inside_a_shard_is_reported_and_the_rest_is_delivered() => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(10, 3);
        await run.AllHandledAsync();
        await run.PassAsync(1.5);
        run.Workers[0].Kill();
        run.Table.WriteMany(20, 3);
        var shard = run.Ledger.Of(run.Table.OpenShards[0]);
        run.Table.Drop(shard, through: 18);
        run.Start("b");
        await run.EndAsync();
        Assert.Equal(9, run.Ledger.Records.Count(record => record.IsExcused));
        Assert.True(shard.Records.Skip(19).All(record => record.IsHandled));
        var gap = Assert.Single(run.Workers[1].Gaps);
        Assert.Equal((shard.Records[9].SequenceNumber.ToString(), shard.Records[19].SequenceNumber.ToString()), (gap.After, gap.Before));
        Assert.Equal(new LeaseGap(shard.Id, shard.Records[9].SequenceNumber, shard.Records[19].SequenceNumber), Assert.Single(AtOnce.ResultOf(run.Rows.ListGapsAsync(run.Scope, CancellationToken.None))));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F44_Consumer_that_is_to_stop_at_a_gap_delivers_nothing_behind_it_and_says_so_until_somebody_decides(bool isWholeShard) => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Table.WriteMany(10, 3);
            await run.AllHandledAsync();
            await run.PassAsync(1.5);
            run.Workers[0].Kill();
            run.Table.WriteMany(20, 3);
            var shard = run.Ledger.Of(run.Table.OpenShards[0]);
            if (isWholeShard)
            {
                run.Table.Roll(shard.Id);
                run.Table.WriteMany(5, 3);
                run.Table.DropShard(shard);
            }
            else
            {
                run.Table.Drop(shard, through: 18);
            }

            var b = run.Start("b");
            await run.UntilAsync(() => b.Gaps.Count == 1, 30, "b has found the gap");
            await run.PassAsync(60);
            Assert.Equal(10, run.Ledger.Records.Count(record => record.IsHandled));
            Assert.Equal(shard.Records[9].SequenceNumber, run.LeaseOf(shard.Id)?.Checkpoint);
            Assert.Contains("OnGap", Assert.Single(b.Shards).LastError, StringComparison.Ordinal);
            Assert.Contains(b.Status.GetReadiness(), finding => !finding.IsHealthy);
            b.Stop();
            await run.UntilAsync(() => b.IsGone, 20, "b has stopped");
            run.StopsAtGaps = false;
            run.Start("c");
            await run.EndAsync();
        },
        new SimulationSettings { ConsumerOf = (run, options) => options.OnGap = run.StopsAtGaps ? GapPolicy.Stop : GapPolicy.Continue });

    [Fact]
    public void F43_Rows_of_shards_that_the_stream_has_forgotten_are_removed_after_two_days_and_no_other() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            run.Start("b");
            await run.AllHeldAsync();
            for (var day = 0; day < 5; day++)
            {
                run.Table.WriteMany(10, 3);
                run.Table.Roll(run.Table.OpenShards[0]);
                await run.PassAsync(TimeSpan.FromDays(1).TotalSeconds);
                run.Table.Trim(TimeSpan.FromHours(23));
            }

            run.Table.WriteMany(10, 3);
            await run.PassAsync(TimeSpan.FromHours(3).TotalSeconds);
            Assert.InRange(run.Leases.Count, 1, 4);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        s_overDays,
        seeds: 2);

    [Fact]
    public void F46_Nothing_that_is_written_after_the_first_start_for_new_records_is_missed_whatever_happens_then() => Fixture.Run(
        async run =>
        {
            run.Table.WriteMany(10, 5);
            await run.PassAsync(100);
            var a = run.Start("a");
            var writing = run.WriteSteadilyAsync(10, perSecond: 30);
            await run.UntilAsync(() => run.Ledger.Shards.All(shard => shard.Epoch is not null), 20, "every shard has a row");
            foreach (var shard in run.Table.OpenShards)
                run.Table.Roll(shard);
            await run.PassAsync(run.Dice.Fraction());
            a.Kill();
            run.Start("b");
            await writing;
            await run.EndAsync();
            Assert.True(run.Ledger.Records.Skip(100).All(record => record.IsHandled));
        },
        new SimulationSettings { Shards = 3, Consumer = options => options.StartingPosition = StartingPosition.Latest });

    [Fact]
    public void F47_Start_for_new_records_is_not_decided_anew_after_two_hours_without_any() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            await run.PassAsync(5);
            a.Stop();
            await run.UntilAsync(() => a.IsGone, 30, "a has stopped");
            await run.PassAsync(TimeSpan.FromHours(2).TotalSeconds);
            run.Table.WriteMany(10, 5);
            await run.PassAsync(60);
            run.Start("a");
            await run.EndAsync();
            Assert.True(run.Ledger.Records.All(record => record is { IsHandled: true, IsExcused: false }));
        },
        new SimulationSettings { Consumer = options => options.StartingPosition = StartingPosition.Latest });
}
