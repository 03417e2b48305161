namespace StreamWorker.Consumer.Tests;

public sealed class ShardReaderStartTests
{
    [Fact]
    public void Reader_S31_V26_of_a_trimmed_position_says_loudly_what_is_lost_and_goes_on_at_the_horizon() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(6);
        rig.Table.Trim(rig.Shard.Id, rig.Table.Records[3].SequenceNumber);
        rig.Start(new ReadPosition(rig.Table.Records[1].SequenceNumber, null, null));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal(rig.Written.Skip(4), rig.Taken);
        Assert.Equal([IteratorType.AfterSequenceNumber, IteratorType.TrimHorizon], rig.IteratorStarts.Select(start => start.Type));
        var critical = rig.Log.Collector.GetSnapshot().Where(entry => entry.Level == LogLevel.Critical).Select(entry => entry.Message).ToList();
        Assert.Equal(2, critical.Count);
        Assert.Contains(rig.Table.Records[1].SequenceNumber.ToString(), critical[0], StringComparison.Ordinal);
        Assert.Contains($"between {rig.Table.Records[1].SequenceNumber} and {rig.Table.Records[4].SequenceNumber}", critical[1], StringComparison.Ordinal);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_may_not_go_on_behind_a_gap_reports_its_bounds_once_and_holds_nothing_meanwhile_S31_I7() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Gaps.GoesOn = false;
        rig.Write(6);
        rig.Table.Trim(rig.Shard.Id, rig.Table.Records[3].SequenceNumber);
        rig.Start(new ReadPosition(rig.Table.Records[1].SequenceNumber, null, null));
        await world.UntilAsync(() => rig.Progress.IsHeld, 60);
        await world.PassAsync(600);
        Assert.Equal([(rig.Table.Records[1].SequenceNumber, rig.Table.Records[4].SequenceNumber)], rig.Gaps.All);
        Assert.Contains("OnGap is Stop", rig.Progress.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0L), (rig.Streams.OpenPages, rig.Budget.Reads, rig.Budget.Bytes));
        Assert.False(rig.HasPage);
        await rig.StopAsync();
        Assert.Empty(rig.Taken);
    });

    [Fact]
    public void Reader_S31_whose_shard_is_trimmed_between_iterator_and_read_goes_on_at_the_horizon() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(4);
        await world.PassAsync(TimeSpan.FromHours(25).TotalSeconds);
        var isTrimmed = false;
        rig.Streams.OnCall = call =>
        {
            if (call.Operation == StreamsOperation.GetRecords && !isTrimmed)
            {
                isTrimmed = true;
                rig.Table.Trim(rig.Shard.Id, rig.Table.Records[1].SequenceNumber);
            }

            return null;
        };
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal(rig.Written.Skip(2), rig.Taken);
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Critical && entry.Message.Contains("the start of the shard", StringComparison.Ordinal));
        await rig.StopAsync();
    });

    [Theory]
    [InlineData(1, false, 0)]
    [InlineData(25, false, 2)]
    [InlineData(1, true, 2)]
    public void Reader_S31_that_is_refused_at_the_start_of_a_shard_says_that_records_are_lost_unless_the_shard_is_too_young_for_that(int hours, bool isTimeHidden, int alarms) => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(3);
        await world.PassAsync(TimeSpan.FromHours(hours).TotalSeconds);
        var faults = 1;
        rig.Streams.OnCall = call => call.Operation switch
        {
            StreamsOperation.GetRecords when faults-- > 0 => StreamFaults.Trimmed(),
            StreamsOperation.DescribeStream when isTimeHidden => StreamFaults.Throttled(),
            _ => null,
        };
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        Assert.Equal(rig.Written, rig.Taken);
        Assert.Equal(alarms, rig.Log.Collector.GetSnapshot().Count(entry => entry.Level == LogLevel.Critical));
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S31_that_is_told_of_a_trim_that_was_none_hands_on_no_record_twice() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.RecordsPerPage = 2;
        rig.Write(3);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        var faults = 1;
        rig.Streams.OnCall = call => call.Operation == StreamsOperation.GetRecords && faults-- > 0 ? StreamFaults.Trimmed() : null;
        rig.Write(2);
        await rig.TakeUntilAsync(() => rig.Taken.Count >= 5);
        Assert.Equal(rig.Written, rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S74_from_a_time_passes_over_what_was_written_well_before_it_and_nothing_after_it() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.RecordsPerPage = 2;
        rig.Write(5);
        await world.PassAsync(120.5);
        var start = world.Clock.GetUtcNow();
        rig.Write(3);
        rig.Start(new ReadPosition(null, start, null));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        Assert.Equal(rig.Written.Skip(5), rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S74_S51_from_a_time_does_not_lose_a_record_whose_time_is_only_known_to_the_minute() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(1);
        rig.Start(new ReadPosition(null, world.Clock.GetUtcNow() + TimeSpan.FromSeconds(59), null));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 1);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_with_a_checkpoint_takes_no_notice_of_the_start_time() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(3);
        rig.Start(new ReadPosition(rig.Table.Records[0].SequenceNumber, world.Clock.GetUtcNow() + TimeSpan.FromHours(1), null));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_with_a_warm_iterator_reads_nothing_that_it_would_pass_over_and_all_that_follows() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(5);
        var warm = await rig.Streams.GetShardIteratorAsync(rig.Table.StreamArn, rig.Shard.Id, IteratorStart.Latest, default);
        rig.Write(2);
        rig.Start(new ReadPosition(null, world.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), warm));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal(rig.Written.Skip(5), rig.Taken);
        Assert.Equal([IteratorStart.Latest], rig.IteratorStarts);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S18_whose_warm_iterator_is_too_old_reads_from_the_start_time_instead() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(5);
        await world.PassAsync(300);
        var start = world.Clock.GetUtcNow();
        var warm = await rig.Streams.GetShardIteratorAsync(rig.Table.StreamArn, rig.Shard.Id, IteratorStart.Latest, default);
        rig.Write(2);
        await world.PassAsync(1000);
        rig.Start(new ReadPosition(null, start, warm));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal(rig.Written.Skip(5), rig.Taken);
        Assert.Equal([IteratorStart.Latest, IteratorStart.TrimHorizon], rig.IteratorStarts);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_is_stopped_while_a_call_hangs_ends() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.Gate = async (call, cancellationToken) =>
        {
            if (call.Operation == StreamsOperation.GetRecords)
                await Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, world.Clock, cancellationToken);
        };
        rig.Start();
        await world.PassAsync(1);
        await rig.StopAsync();
        Assert.True(rig.IsAtEnd);
    });
}
