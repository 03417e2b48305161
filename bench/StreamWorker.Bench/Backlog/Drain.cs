using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;
using StreamWorker.Testing;

namespace StreamWorker.Bench.Backlog;

/// <summary>One drain of the whole backlog: from the arrival of its first record to the end of its last, and before that the time from nothing to the first record.</summary>
internal sealed record Drain(double RecordsPerSecond, double CpuMicrosecondsPerRecord, double BytesPerRecord, double FirstRecordMilliseconds)
{
    /// <summary>Reads the backlog with the worker's own client and does nothing with it: what is left of the time when everything else costs nothing.</summary>
    public static async Task<Drain> BareAsync(Subject subject)
    {
        await using var services = AddDynamoDb(new ServiceCollection(), subject.Endpoint).BuildServiceProvider();
        var client = services.GetRequiredService<IStreamsClient>();
        using var meter = new Meter(subject.Records);
        var shard = (await client.DescribeStreamAsync(subject.Stream, null, null, CancellationToken.None)).Shards[0];
        var iterator = await client.GetShardIteratorAsync(subject.Stream, shard.Id, IteratorStart.TrimHorizon, CancellationToken.None);
        for (var read = 0; read < subject.Records;)
        {
            using var page = await client.GetRecordsAsync(subject.Stream, iterator, null, CancellationToken.None);
            if (read == 0)
                meter.First();
            read += page.Records.Count;
            iterator = page.NextShardIterator!;
        }

        return meter.Last();
    }

    /// <summary>Drains the backlog with the whole worker: leases, heartbeat, delivery in batches of 100 with a handler and a scope for each record, checkpoints.</summary>
    public static async Task<Drain> WorkerAsync(Subject subject, int run)
    {
        using var meter = new Meter(subject.Records);
        var handled = 0;
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
                handled++;
                if (handled == 1)
                    meter.First();
                if (handled == subject.Records)
                    drained.TrySetResult();
                return ValueTask.CompletedTask;
            })));

        // Each run is a new application, so that it starts at the oldest record.
        builder.Services.Configure<StreamWorkerOptions>(options => options.Application = $"bench-{Environment.ProcessId}-{run + 1}");
        using var host = builder.Build();
        await host.StartAsync();
        await drained.Task;
        var result = meter.Last();
        await host.StopAsync();
        return result;
    }

    private static IServiceCollection AddDynamoDb(IServiceCollection services, Uri endpoint) => services.AddDynamoDbStreams(options =>
    {
        options.ServiceUrl = endpoint.ToString();
        options.Region = "eu-central-1";
        options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
    });

    /// <summary>Measures between two moments: time, and the processor time and allocations of this process.</summary>
    private sealed class Meter : IDisposable
    {
        private readonly int _records;
        private readonly Process _process;
        private readonly Stopwatch _clock;
        private TimeSpan _firstAt;
        private TimeSpan _cpuAtFirst;
        private long _allocatedAtFirst;

        public Meter(int records)
        {
            _records = records;
            _process = Process.GetCurrentProcess();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _clock = Stopwatch.StartNew();
        }

        public void First()
        {
            _process.Refresh();
            _cpuAtFirst = _process.TotalProcessorTime;
            _allocatedAtFirst = GC.GetTotalAllocatedBytes();
            _firstAt = _clock.Elapsed;
        }

        public Drain Last()
        {
            var seconds = (_clock.Elapsed - _firstAt).TotalSeconds;
            _process.Refresh();
            return new Drain(
                _records / seconds,
                (_process.TotalProcessorTime - _cpuAtFirst).TotalMicroseconds / _records,
                (double)(GC.GetTotalAllocatedBytes() - _allocatedAtFirst) / _records,
                _firstAt.TotalMilliseconds);
        }

        public void Dispose() => _process.Dispose();
    }
}
