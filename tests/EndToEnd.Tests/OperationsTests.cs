using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>The verbs as processes beside two workers, on a real server.</summary>
public sealed class OperationsTests(DynamoDbLocal local)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    // C6, F75, F76
    [Fact]
    public async Task Two_workers_are_paused_reset_and_resumed_by_commands_and_deliver_everything_once_more_in_order()
    {
        using var table = new OrdersTable(await local.EndpointAsync(), "Operated");
        await table.CreateAsync();
        await using var recorder = await Recorder.StartAsync();
        var settings = Settings.For(table, recorder);
        await using var one = WorkerProcess.Start(await local.EndpointAsync(), settings);
        await using var other = WorkerProcess.Start(await local.EndpointAsync(), settings);
        await table.WriteAsync(items: 10, changesPerItem: 10, writers: 2);
        await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => one.Log);

        Assert.Contains("Every worker has followed.", await RunAsync("pause", "operated", "--by", "end-to-end"), StringComparison.Ordinal);
        var delivered = recorder.Deliveries.Count;
        await table.ChangeAsync("order-0000");
        Assert.Contains(" -> TRIM_HORIZON", await RunAsync("reset", "operated", "--to", "TRIM_HORIZON"), StringComparison.Ordinal);
        Assert.Equal(delivered, recorder.Deliveries.Count);
        Assert.Contains("\"phase\":\"Paused\"", await one.StatusAsync(), StringComparison.Ordinal);

        Assert.Contains("operated goes on.", await RunAsync("resume", "operated"), StringComparison.Ordinal);
        await recorder.UntilAsync(state => state.Deliveries.Count >= delivered + table.Count, Bound, () => one.Log + other.Log);
        Assert.Equal(delivered + table.Count, recorder.Deliveries.Count);
        await Eventually.TrueAsync(async () => (await one.StatusAsync()).Contains("\"by\":\"end-to-end\"", StringComparison.Ordinal), Bound, () => "the status tells who has done it");

        async Task<string> RunAsync(params string[] verb)
        {
            await using var command = WorkerProcess.Start(await local.EndpointAsync(), settings, verb);
            await command.WaitForExitAsync(Bound);
            Assert.True(command.ExitCode == 0, command.Log);
            return command.Log;
        }
    }
}
