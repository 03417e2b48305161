using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Bench.Backlog;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;
using StreamWorker.Testing;

namespace StreamWorker.Bench.Lanes;

/// <summary>
/// Lanes: one shard, batches of one record, a handler that waits 5 ms. The ideal is that every lane is in its handler all the time; how long the handler really took is measured, so that
/// what timers add counts for neither side.
/// </summary>
internal static class LanesBench
{
    private const int Records = 70_000;
    private const int Rounds = 3;

    private static readonly TimeSpan s_handler = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        await using var server = await CannedServer.StartAsync(Records);
        await MeasureAsync(server.Endpoint, lanes: 1);
        Console.WriteLine($"One shard, batches of 1 record, a handler of 5 ms; medians of {Rounds} rounds of {s_time.TotalSeconds} s.");
        Console.WriteLine();
        Console.WriteLine("| ParallelizationFactor | records /s | ideal /s | share of the ideal |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var lanes in new[] { 1, 10, 100 })
        {
            var results = new List<(double Rate, double Ideal)>();
            for (var round = 0; round < Rounds; round++)
                results.Add(await MeasureAsync(server.Endpoint, lanes));
            var (rate, ideal) = results.OrderBy(result => result.Rate / result.Ideal).ElementAt(Rounds / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {lanes} | {rate:N0} | {ideal:N0} | {rate / ideal:F2} |"));
        }

        return 0;
    }

    private static async Task<(double Rate, double Ideal)> MeasureAsync(Uri endpoint, int lanes)
    {
        await using var clients = new ServiceCollection().AddDynamoDbStreams(options =>
        {
            options.ServiceUrl = endpoint.ToString();
            options.Region = "eu-central-1";
            options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
        }).BuildServiceProvider();
        long handled = 0;
        long spent = 0;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton(clients.GetRequiredService<IStreamsClient>());
        builder.Services.AddSingleton(clients.GetRequiredService<ITableDirectory>());
        builder.Services.AddSingleton<ILeaseStore>(new InMemoryLeaseStore());
        builder.Services.AddStreamWorkerConsumers(worker => worker.AddConsumer("bench", consumer => consumer
            .FromStream(CannedStream.Stream.Value)
            .Configure(options => (options.BatchSize, options.ParallelizationFactor) = (1, lanes))
            .Handle(async (_, _, cancellationToken) =>
            {
                var begun = Stopwatch.GetTimestamp();
                await Task.Delay(s_handler, cancellationToken);
                Interlocked.Add(ref spent, Stopwatch.GetTimestamp() - begun);
                Interlocked.Increment(ref handled);
            })));
        using var host = builder.Build();
        await host.StartAsync();
        await Task.Delay(s_warmUp);
        var (handledBefore, spentBefore, watch) = (Volatile.Read(ref handled), Volatile.Read(ref spent), Stopwatch.StartNew());
        await Task.Delay(s_time);
        var (count, time, elapsed) = (Volatile.Read(ref handled) - handledBefore, Volatile.Read(ref spent) - spentBefore, watch.Elapsed);
        if (Volatile.Read(ref handled) >= Records)
            throw new InvalidOperationException("All records were handled before the time was over.");
        await host.StopAsync();
        var each = time / (double)Stopwatch.Frequency / count;
        return (count / elapsed.TotalSeconds, lanes / each);
    }
}
