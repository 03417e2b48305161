using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;

namespace StreamWorker.EndToEnd.Tests;

public sealed class RollTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    /// <summary>The emulator's clock runs 1,200 times as fast: a shard rolls every 12 seconds. One roll happens while the handler fails.</summary>
    [Fact]
    public async Task Shards_that_roll_while_records_flow_lose_nothing_and_no_child_comes_before_its_parent_S21_S70()
    {
        await using var emulator = await Emulator.StartAsync("--speed", "1200");
        using var table = new OrdersTable(emulator.Endpoint, "Rolling");
        await table.CreateAsync();
        await using var recorder = await Recorder.StartAsync();
        var failing = false;
        var failedIn = new HashSet<string>();
        recorder.Fails = batch =>
        {
            if (failing)
                failedIn.Add(batch[0].Shard);
            return failing;
        };
        await using var worker = WorkerProcess.Start(emulator.Endpoint, Settings.For(table, recorder, ("MaximumRetryDelay", "00:00:01")));
        using var services = Services(emulator);
        var streams = services.GetRequiredService<IStreamsClient>();
        var stream = StreamArn.Parse((await table.Client.DescribeTableAsync(new DescribeTableRequest(table.Name))).Table.LatestStreamArn);

        var parents = new Dictionary<string, string?>();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var shardsWhenFailing = 0;
        for (var i = 0; Generations(recorder) < 5 || failing || shardsWhenFailing == 0; i++)
        {
            Assert.True(clock.Elapsed < Bound, $"{Generations(recorder)} generations were seen. The worker's log:\n{worker.Log}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await table.ChangeAsync($"order-{i % 20:D4}");
            if (i % 10 != 0)
                continue;
            foreach (var shard in (await streams.DescribeStreamAsync(stream, null, null, CancellationToken.None)).Shards)
                parents[shard.Id.Value] = shard.ParentId?.Value;
            if (shardsWhenFailing == 0 && Generations(recorder) >= 3)
            {
                failing = true;
                shardsWhenFailing = parents.Count;
            }
            else if (failing && failedIn.Count > 0 && parents.Count > shardsWhenFailing)
            {
                failing = false;
            }
        }

        await recorder.UntilAsync(state => state.Distinct >= table.Count, Bound, () => worker.Log);
        recorder.AssertCompleteAndInOrder(table);
        recorder.AssertParentsBeforeChildren(parents);
        Assert.True(!worker.Log.Contains("are lost", StringComparison.Ordinal), worker.Log);
        Assert.Equal(recorder.Distinct, recorder.Deliveries.Count);
        TestContext.Current.SendDiagnosticMessage($"{table.Count} changes over {Generations(recorder)} generations, {recorder.FailedBatches} failed batches.");
    }

    private static int Generations(Recorder recorder) => recorder.Deliveries.Select(delivery => delivery.Shard).Distinct().Count();

    private static ServiceProvider Services(Emulator emulator) => new ServiceCollection()
        .AddDynamoDbStreams(options =>
        {
            options.ServiceUrl = emulator.Endpoint.ToString();
            options.Region = "eu-central-1";
            options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
        })
        .BuildServiceProvider();
}
