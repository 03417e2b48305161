namespace StreamWorker.Consumer.Tests;

public sealed class ShardReaderTests
{
    [Fact]
    public void Reader_hands_on_every_record_once_and_in_order() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.RecordsPerPage = 3;
        rig.Write(10);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 10);
        rig.Write(2);
        await rig.TakeUntilAsync(() => rig.Taken.Count == 12);
        Assert.Equal(rig.Written, rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_goes_on_behind_the_checkpoint() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(5);
        rig.Start(new ReadPosition(rig.Table.Records[2].SequenceNumber, null, null));
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal(rig.Written.Skip(3), rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_never_reads_further_than_its_output_takes() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.RecordsPerPage = 1;
        rig.Write(10);
        rig.Start();
        await world.PassAsync(60);
        Assert.Equal(1, rig.Count(StreamsOperation.GetRecords));
        Assert.Equal(1, rig.Streams.OpenPages);
        rig.TakeAll();
        await world.PassAsync(60);
        Assert.Equal(2, rig.Count(StreamsOperation.GetRecords));
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S21_V19_hands_on_the_records_of_the_last_page_and_then_ends() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(3);
        rig.Table.RollShard();
        rig.Start();
        await rig.TakeUntilAsync(() => rig.IsAtEnd);
        Assert.Equal(rig.Written, rig.Taken);
        Assert.Equal(1, rig.Count(StreamsOperation.GetRecords));
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S20_crosses_empty_pages_of_an_open_and_of_a_closed_shard_within_two_seconds() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world, pollSeconds: 60);
        rig.Table.AddEmptyPages(rig.Shard.Id, 5);
        rig.Write(1);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 1, 2);
        rig.Table.AddEmptyPages(rig.Shard.Id, 5);
        rig.Write(1);
        rig.Table.RollShard();
        await rig.TakeUntilAsync(() => rig.IsAtEnd, 2);
        Assert.Equal(rig.Written, rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S61_of_a_closed_shard_without_records_ends() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Table.RollShard();
        rig.Start();
        await rig.TakeUntilAsync(() => rig.IsAtEnd);
        Assert.Empty(rig.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S79_polls_more_and_more_slowly_while_nothing_comes_S45() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world, pollSeconds: 5);
        rig.Start();
        await world.PassAsync(600);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords), 115, 135);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S18_V25_renews_an_iterator_that_got_old_while_its_output_took_nothing() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Streams.RecordsPerPage = 2;
        rig.Write(5);
        rig.Start();
        await world.PassAsync(16 * 60);
        await rig.TakeUntilAsync(() => rig.Taken.Count == 5);
        Assert.Equal(rig.Written, rig.Taken);
        Assert.Equal([IteratorStart.TrimHorizon, IteratorStart.After(rig.Table.Records[1].SequenceNumber)], rig.IteratorStarts);
        Assert.DoesNotContain(rig.Log.Collector.GetSnapshot(), entry => entry.Level >= LogLevel.Warning);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S30_goes_on_behind_the_last_record_it_read_when_its_iterator_has_expired() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(3);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        FailNext(rig, StreamsOperation.GetRecords, 1, StreamFaults.ExpiredIterator);
        rig.Write(2);
        await rig.TakeUntilAsync(() => rig.Taken.Count == 5, 1.5);
        Assert.Equal(rig.Written, rig.Taken);
        Assert.Equal(IteratorStart.After(rig.Table.Records[2].SequenceNumber), rig.IteratorStarts[^1]);
        Assert.Null(rig.Progress.Error);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S30_starts_where_it_was_to_start_when_its_iterator_expires_before_the_first_record() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        FailNext(rig, StreamsOperation.GetRecords, 1, StreamFaults.ExpiredIterator);
        rig.Write(2);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 2);
        Assert.Equal([IteratorStart.TrimHorizon, IteratorStart.TrimHorizon], rig.IteratorStarts);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S30_whose_iterators_all_expire_at_once_backs_off() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        FailNext(rig, StreamsOperation.GetRecords, int.MaxValue, StreamFaults.ExpiredIterator);
        rig.Start();
        await world.PassAsync(60);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords), 10, 40);
        Assert.NotNull(rig.Progress.Error);
        await rig.StopAsync();
    });

    [Theory]
    [InlineData(StreamsOperation.GetRecords)]
    [InlineData(StreamsOperation.GetShardIterator)]
    public void Reader_S33_S36_S38_backs_off_and_goes_on_where_it_was(StreamsOperation operation) => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(4);
        var faults = new Queue<Func<StreamServiceException>>([StreamFaults.Throttled, StreamFaults.ServiceFault, StreamFaults.Unreachable, StreamFaults.Throttled]);
        rig.Streams.OnCall = call => call.Operation == operation && faults.TryDequeue(out var fault) ? fault() : null;
        rig.Start();
        await world.UntilAsync(() => faults.Count == 3);
        Assert.NotNull(rig.Progress.Error);
        await rig.TakeUntilAsync(() => rig.Taken.Count == 4);
        Assert.Equal(rig.Written, rig.Taken);
        Assert.Null(rig.Progress.Error);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S40_that_is_throttled_for_a_minute_does_not_storm_the_service() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(1);
        FailNext(rig, StreamsOperation.GetRecords, int.MaxValue, StreamFaults.Throttled);
        rig.Start();
        await world.PassAsync(60);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords), 10, 40);
        rig.Streams.OnCall = null;
        await rig.TakeUntilAsync(() => rig.Taken.Count == 1, 5);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_S37_without_permission_tries_again_but_rarely() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(1);
        FailNext(rig, StreamsOperation.GetShardIterator, int.MaxValue, StreamFaults.AccessDenied);
        rig.Start();
        await world.PassAsync(600);
        Assert.InRange(rig.Count(StreamsOperation.GetShardIterator), 20, 60);
        rig.Streams.OnCall = null;
        await rig.TakeUntilAsync(() => rig.Taken.Count == 1, 30);
        await rig.StopAsync();
    });

    [Theory]
    [InlineData(StreamsOperation.GetRecords)]
    [InlineData(StreamsOperation.GetShardIterator)]
    public void Reader_S35_of_a_shard_that_is_not_known_ends_with_that_error(StreamsOperation operation) => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        FailNext(rig, operation, int.MaxValue, () => StreamFaults.NotFound("Shard"));
        rig.Start();
        await world.UntilAsync(() => rig.IsAtEnd);
        await Assert.ThrowsAsync<ShardVanishedException>(() => rig.Completion);
        await rig.StopAsync();
    });

    private static void FailNext(ReaderRig rig, StreamsOperation operation, int times, Func<StreamServiceException> fault) =>
        rig.Streams.OnCall = call => call.Operation == operation && times-- > 0 ? fault() : null;
}
