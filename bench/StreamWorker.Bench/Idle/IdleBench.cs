using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Testing;

namespace StreamWorker.Bench.Idle;

/// <summary>
/// What a worker's idle shards take of memory and processor: the whole worker on a stream in which nothing happens, with one shard and with many. The client's connections
/// are not part of it; there are <see cref="StreamWorkerOptions.MaximumConcurrentReads"/> at most, however many shards there are.
/// </summary>
internal static class IdleBench
{
    private const int Shards = 2000;
    private const int Rounds = 3;
    private const int ReadsOfEach = 5;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync()
    {
        var perShard = new List<double>();
        var above = new List<double>();
        var processor = new List<double>();
        for (var round = -1; round < Rounds; round++)
        {
            // One round to warm up.
            var few = await MeasureAsync(1);
            var many = await MeasureAsync(Shards);
            if (round < 0)
                continue;
            above.Add((many.Bytes - few.Bytes) / 1e6);
            perShard.Add((many.Bytes - few.Bytes) / 1024.0 / (Shards - 1));
            processor.Add(many.Processor);
        }

        Console.WriteLine($"{Shards:N0} idle shards on one worker, polled once a second; {Rounds} rounds, median and range.");
        Console.WriteLine();
        Console.WriteLine("| | goal | seen |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| managed memory above a worker with one shard, MB | 100 | {Shown(above)} |");
        Console.WriteLine($"| a shard, KB | 20 | {Shown(perShard)} |");
        Console.WriteLine($"| processor, share of one core | | {Shown(processor)} |");
        return 0;
    }

    private static async Task<(long Bytes, double Processor)> MeasureAsync(int shards)
    {
        var streams = new IdleStreams(shards);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<IStreamsClient>(streams);
        builder.Services.AddSingleton<ITableDirectory>(streams);
        builder.Services.AddSingleton<ILeaseStore>(new InMemoryLeaseStore());
        builder.Services.AddStreamWorkerConsumers(worker => worker.AddConsumer("bench", consumer => consumer.FromTable("Idle").Handle((_, _, _) => default)));
        using var host = builder.Build();
        await host.StartAsync();
        while (streams.CountRead(ReadsOfEach) < shards)
            await Task.Delay(100);

        using var process = Process.GetCurrentProcess();
        var spent = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.Delay(Watched);
        process.Refresh();
        var share = (process.TotalProcessorTime - spent) / watch.Elapsed;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        await host.StopAsync();
        return (bytes, share);
    }

    private static string Shown(List<double> values)
    {
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:F2} ({values[0]:F2}..{values[^1]:F2})");
    }
}
