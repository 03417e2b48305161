using System.Net;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

public sealed class OutageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Worker_recovers_by_itself_when_DynamoDB_goes_and_comes_back_and_its_readiness_tells_the_truth()
    {
        var data = Directory.CreateTempSubdirectory("streamworker-").FullName;
        try
        {
            await using var emulator = await Emulator.StartAsync("--data", data);
            using var table = new OrdersTable(emulator.Endpoint, "Outage");
            await table.CreateAsync();
            await using var recorder = await Recorder.StartAsync();
            await using var worker = WorkerProcess.Start(emulator.Endpoint, Settings.For(table, recorder));
            await worker.WaitUntilReadyAsync();
            await table.WriteAsync(items: 20, changesPerItem: 10, writers: 2);
            await recorder.UntilAsync(state => state.Distinct >= 100, Bound, () => worker.Log);

            await emulator.StopAsync();
            await Eventually.TrueAsync(async () => await worker.IsReadyAsync() == false, Bound, () => $"not ready. Its log:\n{worker.Log}");
            Assert.Equal(HttpStatusCode.OK, await worker.LiveAsync());

            await emulator.StartAgainAsync();
            await table.WriteAsync(items: 20, changesPerItem: 5, writers: 2);
            await worker.WaitUntilReadyAsync();
            await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => worker.Log);
            recorder.AssertCompleteAndInOrder(table);
            Assert.Equal(HttpStatusCode.OK, await worker.LiveAsync());
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
