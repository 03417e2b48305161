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

namespace StreamWorker.Bench.FanOut;

/// <summary>
/// Several consumers of one stream: all in one worker, where they share its reads, against as many workers with one consumer each, which do not. Both in one process, against the
/// server with canned pages.
/// </summary>
internal static class FanOutBench
{
    private const int Records = 70_000;
    private const int Rounds = 3;

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync()
    {
        await using var server = await CannedServer.StartAsync(Records);
        await MeasureAsync(server.Endpoint, workers: 1, consumers: 1);
        Console.WriteLine($"{Records:N0} records, no-op handlers; medians of {Rounds} rounds.");
        Console.WriteLine();
        Console.WriteLine("| consumers of one stream | GetRecords calls | MB read | deliveries /s | CPU µs/delivery | calls /s when idle |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, workers, consumers) in new[] { ("1", 1, 1), ("2, in one worker", 1, 2), ("5, in one worker", 1, 5), ("2, a worker for each", 2, 1), ("5, a worker for each", 5, 1) })
        {
            var results = new List<FanOutResult>();
            for (var round = 0; round < Rounds; round++)
                results.Add(await MeasureAsync(server.Endpoint, workers, consumers));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Median(results, result => result.Calls):F0} | {Median(results, result => result.Megabytes):F0} | {Median(results, result => result.DeliveriesPerSecond):N0} | {Median(results, result => result.CpuMicroseconds):F1} | {Median(results, result => result.IdleCallsPerSecond):F1} |"));
        }

        return 0;
    }

    private static double Median(List<FanOutResult> results, Func<FanOutResult, double> value) => results.Select(value).Order().ElementAt(results.Count / 2);

    private static async Task<FanOutResult> MeasureAsync(Uri endpoint, int workers, int consumers)
    {
        await using var services = Clients(endpoint);
        var streams = new CountedStreams(services.GetRequiredService<IStreamsClient>());
        var left = Records * workers * consumers;
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hosts = Enumerable.Range(0, workers).Select(worker => NewHost(streams, services, worker, consumers, Handled)).ToList();
        using var process = Process.GetCurrentProcess();
        var spent = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(hosts.Select(host => host.StartAsync()));
        await drained.Task;
        var elapsed = watch.Elapsed;
        process.Refresh();
        var cpu = process.TotalProcessorTime - spent;
        var (calls, bytes) = (streams.Calls, streams.Bytes);

        // Until the pauses are as long as they get.
        await Task.Delay(s_settling);
        var before = streams.Calls;
        await Task.Delay(s_idle);
        var idle = (streams.Calls - before) / s_idle.TotalSeconds;
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        var deliveries = (double)Records * workers * consumers;
        return new FanOutResult(calls, bytes / 1e6, deliveries / elapsed.TotalSeconds, cpu.TotalMicroseconds / deliveries, idle);

        ValueTask Handled()
        {
            if (Interlocked.Decrement(ref left) == 0)
                drained.TrySetResult();
            return default;
        }
    }

    private static ServiceProvider Clients(Uri endpoint) => new ServiceCollection().AddDynamoDbStreams(options =>
    {
        options.ServiceUrl = endpoint.ToString();
        options.Region = "eu-central-1";
        options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
    }).BuildServiceProvider();

    private static IHost NewHost(CountedStreams streams, ServiceProvider clients, int worker, int consumers, Func<ValueTask> handled)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<IStreamsClient>(streams);
        builder.Services.AddSingleton(clients.GetRequiredService<ITableDirectory>());
        builder.Services.AddSingleton<ILeaseStore>(new InMemoryLeaseStore());
        builder.Services.AddStreamWorkerConsumers(options =>
        {
            for (var i = 0; i < consumers; i++)
                options.AddConsumer(string.Create(CultureInfo.InvariantCulture, $"bench-{worker}-{i}"), consumer => consumer.FromStream(CannedStream.Stream.Value).Handle((_, _, _) => handled()));
        });
        return builder.Build();
    }
}
