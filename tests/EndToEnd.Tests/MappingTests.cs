using System.Text;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>The event source mapping's settings, seen from a handler behind HTTP alone: the stock worker as a process, and DynamoDB Local.</summary>
public sealed class MappingTests(DynamoDbLocal local)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private static readonly Change Poison = new("MODIFY", 3);

    [Theory]
    [InlineData("Isolate", 1)]
    [InlineData("Isolate", 8)]
    [InlineData("Lambda", 1)]
    public async Task Poison_record_is_given_up_alone_into_the_folder_and_everything_else_is_handled_in_order_also_when_the_worker_is_killed(string policy, int lanes)
    {
        var folder = Directory.CreateTempSubdirectory("streamworker-given-up-");
        try
        {
            using var table = new OrdersTable(await local.EndpointAsync(), $"Poison{policy}{lanes}");
            await table.CreateAsync();
            await using var recorder = await Recorder.StartAsync();
            recorder.Fails = batch => batch.Any(IsPoison);
            var settings = Settings.For(
                table,
                recorder,
                ("FailurePolicy", policy),
                ("ParallelizationFactor", lanes.ToString()),
                ("BatchSize", "20"),
                ("BisectBatchOnFunctionError", "true"),
                ("MaximumRetryAttempts", "1"),
                ("RetryDelay", "00:00:00.05"),
                ("MaximumRetryDelay", "00:00:00.2"),
                ("DestinationConfig__OnFailure__Destination", $"folder:{folder.FullName}"));
            var worker = WorkerProcess.Start(await local.EndpointAsync(), settings);
            try
            {
                await table.WriteAsync(items: 20, changesPerItem: 10, writers: 2);
                await recorder.UntilAsync(state => state.Distinct >= 50, Bound, () => worker.Log);
                worker.Kill();
                await worker.DisposeAsync();
                worker = WorkerProcess.Start(await local.EndpointAsync(), settings);
                await recorder.UntilAsync(state => state.Distinct >= table.Count - 1, Bound, () => worker.Log);
            }
            finally
            {
                await worker.DisposeAsync();
            }

            var first = recorder.Deliveries.DistinctBy(delivery => (delivery.Item, delivery.Change)).ToLookup(delivery => delivery.Item, delivery => delivery.Change);
            foreach (var (item, changes) in table.Written)
                Assert.Equal(item == "order-0003" ? changes.Where(change => change != Poison) : changes, first[item]);
            // After the kill it may have been given up once more, under the same name.
            var kept = Assert.Single(folder.GetFiles("*.json", SearchOption.AllDirectories));
            var text = await File.ReadAllTextAsync(kept.FullName, Encoding.UTF8);
            Assert.Contains("RetryAttemptsExhausted", text, StringComparison.Ordinal);
            Assert.Contains("order-0003", text, StringComparison.Ordinal);
            Assert.Contains("\"batchSize\":1", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Filter_F18_passes_over_what_is_not_wanted_and_its_position_survives_a_restart()
    {
        using var table = new OrdersTable(await local.EndpointAsync(), "Filtered");
        await table.CreateAsync();
        await using var recorder = await Recorder.StartAsync();
        var settings = Settings.For(table, recorder, ("FilterCriteria__Filters__0__Pattern", """{"dynamodb":{"NewImage":{"version":{"N":[{"streamworker:numeric":[">",90]}]}}}}"""));
        string? checkpoint;
        await using (var worker = WorkerProcess.Start(await local.EndpointAsync(), settings))
        {
            await table.WriteAsync(items: 1, changesPerItem: 100, writers: 1);
            await recorder.UntilAsync(state => state.Deliveries.Any(delivery => delivery.Change.Version >= 99), Bound, () => worker.Log);
            worker.Terminate();
            await worker.WaitForExitAsync(TimeSpan.FromSeconds(30));
            checkpoint = (await table.LeasesAsync()).Values.Single().Checkpoint;
        }

        Assert.All(recorder.Deliveries, delivery => Assert.True(delivery.Change.Version > 90));
        Assert.NotNull(checkpoint);
        var delivered = recorder.Deliveries.Count;
        await using var second = WorkerProcess.Start(await local.EndpointAsync(), settings);
        await table.ChangeAsync("order-0000");
        await recorder.UntilAsync(state => state.Deliveries.Count > delivered, Bound, () => second.Log);
        Assert.Equal(delivered + 1, recorder.Deliveries.Count);
    }

    private static bool IsPoison(Delivery delivery) => delivery.Item == "order-0003" && delivery.Change == Poison;
}
