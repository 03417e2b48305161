using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

public sealed class DeliveryTests(DynamoDbLocal local)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Worker_that_is_killed_three_times_delivers_every_change_in_the_order_of_its_item_and_nothing_after_the_end()
    {
        const int items = 200;
        const int changesPerItem = 50;
        using var table = new OrdersTable(await local.EndpointAsync(), "Orders");
        await table.CreateAsync();
        await using var recorder = await Recorder.StartAsync();
        var settings = Settings.For(table, recorder);
        var worker = WorkerProcess.Start(await local.EndpointAsync(), settings);
        try
        {
            var writing = table.WriteAsync(items, changesPerItem, writers: 4);
            foreach (var enough in new[] { 2000, 4500, 7000 })
            {
                await recorder.UntilAsync(state => state.Distinct >= enough, Bound, () => worker.Log);
                worker.Kill();
                await worker.DisposeAsync();
                worker = WorkerProcess.Start(await local.EndpointAsync(), settings);
            }

            await writing;
            Assert.Equal(items * changesPerItem, table.Count);
            await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => worker.Log);
            recorder.AssertCompleteAndInOrder(table);

            worker.Terminate();
            await worker.WaitForExitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, worker.ExitCode);
            var delivered = recorder.Deliveries.Count;
            await worker.DisposeAsync();
            worker = WorkerProcess.Start(await local.EndpointAsync(), settings);
            await table.ChangeAsync("order-0000");
            await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => worker.Log);
            Assert.Equal(delivered + 1, recorder.Deliveries.Count);
            TestContext.Current.SendDiagnosticMessage($"{table.Count} changes, {recorder.Deliveries.Count - table.Count} delivered twice over three kills.");
        }
        finally
        {
            await worker.DisposeAsync();
        }
    }

    [Fact]
    public async Task Handler_that_fails_for_30_seconds_holds_the_checkpoint_S38_and_then_everything_is_delivered()
    {
        using var table = new OrdersTable(await local.EndpointAsync(), "Failing");
        await table.CreateAsync();
        await using var recorder = await Recorder.StartAsync();
        var clock = new System.Diagnostics.Stopwatch();
        var poison = new Change("MODIFY", 5);
        recorder.Fails = batch =>
        {
            if (!batch.Any(delivery => delivery.Item == "order-0003" && delivery.Change == poison) || clock.Elapsed > TimeSpan.FromSeconds(30))
                return false;
            clock.Start();
            return true;
        };
        await using var worker = WorkerProcess.Start(await local.EndpointAsync(), Settings.For(table, recorder, ("BatchSize", "10"), ("MaximumRetryDelay", "00:00:02")));
        await table.WriteAsync(items: 10, changesPerItem: 30, writers: 2);

        var checkpoints = new HashSet<string?>();
        await recorder.UntilAsync(state => state.FailedBatches > 0, Bound, () => worker.Log);
        var handled = recorder.Deliveries;
        for (var failures = recorder.FailedBatches; clock.Elapsed < TimeSpan.FromSeconds(29); failures = recorder.FailedBatches)
        {
            await recorder.UntilAsync(state => state.FailedBatches > failures || state.Distinct > handled.Count, Bound, () => worker.Log);
            Assert.DoesNotContain(recorder.Deliveries, delivery => delivery.Item == "order-0003" && delivery.Change == poison && clock.Elapsed < TimeSpan.FromSeconds(30));
            checkpoints.Add((await table.LeasesAsync()).Values.Single().Checkpoint);
        }

        var last = handled.Count == 0 ? "" : handled[^1].SequenceNumber.ToPaddedString();
        Assert.All(checkpoints, checkpoint => Assert.True(string.CompareOrdinal(checkpoint ?? "", last) <= 0, $"The checkpoint {checkpoint} is behind the last handled record {last}."));
        Assert.True(recorder.FailedBatches >= 10, $"{recorder.FailedBatches} attempts in 30 s.");
        await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => worker.Log);
        recorder.AssertCompleteAndInOrder(table);
    }
}
