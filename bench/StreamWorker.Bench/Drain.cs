using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;
using StreamWorker.Testing;

namespace StreamWorker.Bench;

/// <summary>One drain of the whole backlog: from the first read to the last record.</summary>
internal sealed record Drain(double RecordsPerSecond, double CpuMicrosecondsPerRecord, double BytesPerRecord)
{
    /// <summary>Reads the backlog with the worker's own client and does nothing with it: what is left of the time when everything else costs nothing.</summary>
    public static async Task<Drain> BareAsync(Subject subject)
    {
        await using var services = AddDynamoDb(new ServiceCollection(), subject.Endpoint).BuildServiceProvider();
        var client = services.GetRequiredService<IStreamsClient>();
        return await MeasureAsync(subject.Records, async () =>
        {
            var shard = (await client.DescribeStreamAsync(subject.Stream, null, null, CancellationToken.None)).Shards[0];
            var iterator = await client.GetShardIteratorAsync(subject.Stream, shard.Id, IteratorStart.TrimHorizon, CancellationToken.None);
            for (var read = 0; read < subject.Records;)
            {
                using var page = await client.GetRecordsAsync(subject.Stream, iterator, null, CancellationToken.None);
                read += page.Records.Count;
                iterator = page.NextShardIterator!;
            }
        });
    }

    /// <summary>Drains the backlog with the whole worker: leases, heartbeat, delivery in batches of 100 with a handler and a scope for each record, checkpoints.</summary>
    public static async Task<Drain> WorkerAsync(Subject subject, int run)
    {
        var left = subject.Records;
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        AddDynamoDb(builder.Services, subject.Endpoint);
        if (subject.LeasesInMemory)
            builder.Services.AddSingleton<ILeaseStore>(new InMemoryLeaseStore());
        builder.Services.AddStreamWorkerConsumers(worker => worker.AddConsumer("bench", consumer => consumer
            .FromStream(subject.Stream.Value)
            .Handle((_, _, _) =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                    drained.TrySetResult();
                return ValueTask.CompletedTask;
            })));

        // Each run is a new application, so that it starts at the oldest record.
        builder.Services.Configure<StreamWorkerOptions>(options => options.Application = $"bench-{Environment.ProcessId}-{run + 1}");
        using var host = builder.Build();
        var result = await MeasureAsync(subject.Records, async () =>
        {
            await host.StartAsync();
            await drained.Task;
        });
        await host.StopAsync();
        return result;
    }

    private static async Task<Drain> MeasureAsync(int records, Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        await work();
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return new Drain(
            records / seconds,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / records,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / records);
    }

    private static IServiceCollection AddDynamoDb(IServiceCollection services, Uri endpoint) => services.AddDynamoDbStreams(options =>
    {
        options.ServiceUrl = endpoint.ToString();
        options.Region = "eu-central-1";
        options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
    });
}
