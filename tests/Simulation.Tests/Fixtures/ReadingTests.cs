namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 51 to 58: iterators, empty pages, throttles and calls that never return.</summary>
public sealed class ReadingTests
{
    [Fact]
    public void F51_Five_empty_pages_between_records_are_crossed_within_two_seconds() => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(5, 3);
        run.Table.AddEmptyPages(run.Table.OpenShards[0], 5);
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync(2);
        await run.EndAsync();
    });

    [Fact]
    public void F52_Iterator_that_expires_while_the_handler_is_blocked_loses_and_repeats_nothing() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = record => TimeSpan.FromMinutes(record.Number == 3 ? 20 : 0);
            run.Table.WriteMany(10, 3);
            await run.PassAsync(60);
            for (var i = 0; i < 20; i++)
            {
                run.Table.WriteMany(10, 3);
                await run.PassAsync(1);
            }

            await run.AllHandledAsync(TimeSpan.FromMinutes(21).TotalSeconds);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        new SimulationSettings { RecordsPerPage = 10 },
        seeds: 5);

    [Fact]
    public void F53_Iterator_that_expires_before_the_first_record_keeps_the_start_for_new_records() => Fixture.Run(
        async run =>
        {
            run.Table.WriteMany(5, 3);
            await run.PassAsync(200);
            var a = run.Start("a");
            var refused = 0;
            a.Stream.OnCall = call => call.Operation == nameof(IStreamsClient.GetRecordsAsync) && refused++ < 2 ? new CallFate { Refusal = StreamFaults.ExpiredIterator() } : null;
            await run.UntilAsync(() => refused > 0, 20, "an iterator has expired");
            run.Table.WriteMany(5, 3);
            await run.EndAsync();
            Assert.True(run.Ledger.Records.Skip(5).All(record => record.IsHandled));
            Assert.Equal(5, run.Ledger.Records.Count(record => record.IsHandled));
        },
        new SimulationSettings { Consumer = options => options.StartingPosition = StartingPosition.Latest });

    [Fact]
    public void F54_Throttling_of_half_of_the_shards_leaves_the_other_half_alone_and_ends_without_a_storm() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var throttled = run.Table.OpenShards.Take(2).ToHashSet();
            var calls = new List<(long At, ShardId Shard)>();
            var isThrottling = true;
            a.Stream.OnCall = call =>
            {
                if (call.Operation != nameof(IStreamsClient.GetRecordsAsync))
                    return null;
                calls.Add((run.Scheduler.Now, call.Shard!.Value));
                return isThrottling && throttled.Contains(call.Shard.Value) ? new CallFate { Refusal = StreamFaults.Throttled() } : null;
            };
            var writing = run.WriteSteadilyAsync(70, perSecond: 10, items: 40);
            await run.PassAsync(60);
            Assert.All(run.Ledger.Records.Where(record => !throttled.Contains(record.Shard.Id) && record.Written.CreatedAt < run.Time.GetUtcNow().AddSeconds(-2)), record => Assert.True(record.IsHandled));
            isThrottling = false;
            await writing;
            await run.EndAsync();
            // Ten a second is what a hot shard is read at, throttled or not.
            foreach (var shard in calls.GroupBy(call => call.Shard))
                Assert.All(shard.GroupBy(call => call.At / TimeSpan.TicksPerSecond), second => Assert.InRange(second.Count(), 1, 11));
        },
        new SimulationSettings { Shards = 4 },
        seeds: 5);

    [Fact]
    public void F55_Credentials_that_are_refused_for_two_minutes_change_no_state_and_reading_goes_on() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync();
        var isRefusing = true;
        a.Stream.OnCall = _ => isRefusing ? new CallFate { Refusal = StreamFaults.AccessDenied() } : null;
        run.Table.WriteMany(5, 3);
        run.Table.Roll(run.Table.OpenShards[0]);
        run.Table.WriteMany(5, 3);
        await run.PassAsync(120);
        Assert.False(a.Status.GetReadiness().All(finding => finding.IsHealthy));
        Assert.True(a.Status.GetLiveness().All(finding => finding.IsHealthy));
        isRefusing = false;
        await run.AllHandledAsync(60);
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F56_Calls_that_never_return_hold_up_neither_heartbeats_nor_other_shards() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            await run.PassAsync(15);
            await run.BalancedAsync();
            var epochs = run.Leases.Select(lease => (lease.Shard, lease.Epoch)).ToList();
            var dead = run.Leases.First(lease => lease.Owner?.WorkerId == "a").Shard;
            a.Stream.OnCall = call => call.Operation == nameof(IStreamsClient.GetRecordsAsync) && call.Shard == dead ? new CallFate { LosesReply = true } : null;
            var beats = 0;
            a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.BeatAsync) && beats++ % 3 == 0 ? new CallFate { Hangs = true } : null;
            await run.WriteSteadilyAsync(30, perSecond: 10);
            Assert.All(run.Ledger.Records.Where(record => record.Shard.Id != dead && record.Written.CreatedAt < run.Time.GetUtcNow().AddSeconds(-2)), record => Assert.True(record.IsHandled));
            Assert.Equal(epochs, run.Leases.Select(lease => (lease.Shard, lease.Epoch)));
            Assert.True(beats > 10);
            a.Stream.OnCall = null;
            a.Table.OnCall = null;
            await run.EndAsync();
        },
        new SimulationSettings { Shards = 4 },
        seeds: 10);

    [Fact]
    public void F57_Pages_that_are_full_of_bytes_follow_each_other_without_an_idle_pause() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            await run.PassAsync(5);
            var pages = 0;
            a.Stream.OnCall = call =>
            {
                pages += call.Operation == nameof(IStreamsClient.GetRecordsAsync) ? 1 : 0;
                return null;
            };
            for (var i = 0; i < 40; i++)
                run.Table.Write(i, payloadBytes: 400_000);
            // After the first look, two records a page, and the pause that keeps a shard below ten reads a second.
            await run.AllHandledAsync(1.1 + (20 * 0.12));
            Assert.InRange(pages, 20, 25);
            await run.EndAsync();
        },
        seeds: 2);

    [Theory]
    [InlineData(-30)]
    [InlineData(0)]
    public void F58_Lag_by_creation_times_in_whole_seconds_is_never_negative_and_changes_nothing_about_reading(int wallOffset) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a", new WorkerSetup { WallOffset = TimeSpan.FromSeconds(wallOffset) });
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(20);
            var writing = run.WriteSteadilyAsync(20, perSecond: 20);
            var lags = new List<TimeSpan>();
            var reads = new List<int>();
            for (var second = 0; second < 18; second++)
            {
                var before = a.Listing.Count(StreamsOperation.GetRecords);
                for (var i = 0; i < 10; i++)
                {
                    await run.PassAsync(0.1);
                    lags.AddRange(a.Shards.Select(shard => shard.Lag));
                }

                reads.Add(a.Listing.Count(StreamsOperation.GetRecords) - before);
            }

            await writing;
            await run.AllHandledAsync();
            Assert.All(lags, lag => Assert.InRange(lag, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
            Assert.Equal(wallOffset == 0, lags.Exists(lag => lag > TimeSpan.Zero));
            // As many reads in each second: nothing goes to and fro with what is left of a second.
            Assert.InRange(reads.Skip(1).Max() - reads.Skip(1).Min(), 0, 2);
            await run.UntilAsync(() => a.Shards.All(shard => shard.Lag == TimeSpan.Zero), 1, "nothing waits");
            await run.EndAsync();
        },
        seeds: 5);
}
