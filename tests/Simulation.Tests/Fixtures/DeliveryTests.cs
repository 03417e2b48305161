namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 64 to 70: handlers that fail, block and reject, and checkpoints that cannot be stored.</summary>
public sealed class DeliveryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F64_Handler_that_fails_once_and_then_works_skips_nothing(bool isWholeBatch) => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        var failed = new HashSet<int>();
        run.Handler.FailsWholeBatches = isWholeBatch;
        run.Handler.Fails = record => record.Number % 7 == 3 && failed.Add(record.Number);
        await run.WriteSteadilyAsync(5);
        await run.EndAsync();
        Assert.NotEmpty(failed);
    });

    [Fact]
    public void F66_Handler_that_blocks_stops_the_reading_and_keeps_the_lease() => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            await run.PassAsync(15);
            var epoch = run.Leases[0].Epoch;
            var reader = run.Workers.Single(worker => worker.Shards.Count > 0);
            run.Handler.Takes = record => TimeSpan.FromSeconds(record.Number == 0 ? 60 : 0);
            run.Table.WriteMany(2000, 100);
            await run.PassAsync(5);
            var pages = reader.Listing.OpenPages;
            var calls = reader.Stream.Calls;
            await run.PassAsync(30);
            Assert.Equal(pages, reader.Listing.OpenPages);
            Assert.InRange(reader.Stream.Calls - calls, 0, 5);
            Assert.Equal(epoch, run.Leases[0].Epoch);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
            Assert.False(a.Process.IsDead);
        },
        new SimulationSettings { RecordsPerPage = 10, Consumer = options => options.BatchSize = 20 },
        seeds: 3);

    [Fact]
    public void F68_Checkpoints_that_cannot_be_stored_for_minutes_stop_the_handling_and_not_the_lease() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        a.Table.Patience = TimeSpan.FromMilliseconds(300);
        a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.CheckpointAsync) ? new CallFate { LosesRequest = true } : null;
        var writing = run.WriteSteadilyAsync(180, perSecond: 5);
        await run.PassAsync(60);
        var handled = run.Ledger.Records.Count(record => record.IsHandled);
        Assert.InRange(handled, 1, 5 * 45);
        Assert.Contains(a.Shards, shard => shard.LastError?.Contains("checkpoint cannot be stored", StringComparison.Ordinal) == true);
        await writing;
        Assert.Equal(handled, run.Ledger.Records.Count(record => record.IsHandled));
        Assert.Equal(1, run.Leases[0].Epoch);
        a.Table.OnCall = null;
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });

    [Fact]
    public void F69_Record_that_cannot_be_read_is_tried_again_and_nothing_behind_it_is_delivered() => Fixture.Run(async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Handler.ReadsImages = true;
        run.Table.WriteMany(3, 1);
        var malformed = run.Table.WriteMalformed(0);
        run.Table.WriteMany(3, 1);
        await run.PassAsync(60);
        Assert.Equal(3, run.Ledger.Records.Count(record => record.IsHandled));
        Assert.Equal(run.Ledger.Records.ElementAt(2).SequenceNumber, run.Leases[0].Checkpoint);
        Assert.True(run.Workers[0].Shards[0].Attempt > 3);
        Assert.NotNull(run.Workers[0].Shards[0].LastError);
        // A new version of the handler can do without the image.
        run.Handler.ReadsImages = false;
        await run.EndAsync();
        Assert.True(malformed.IsHandled);
    });

    [Fact]
    public void F70_Sequence_numbers_of_different_length_are_compared_as_numbers() => Fixture.Run(async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Table.WriteMany(5, 3);
        await run.AllHandledAsync();
        await run.PassAsync(2);
        var first = run.Leases[0].Checkpoint!.Value;
        run.Table.WriteMany(10, 3);
        await run.AllHandledAsync();
        await run.PassAsync(2);
        var second = run.Leases[0].Checkpoint!.Value;
        Assert.True(second.ToString().Length > first.ToString().Length, $"{first}, {second}");
        Assert.True(string.CompareOrdinal(first.ToString(), second.ToString()) > 0);
        a.Kill();
        run.Start("b");
        run.Table.WriteMany(5, 3);
        await run.EndAsync();
        Assert.Equal(0, run.Ledger.Duplicates);
    });
}
