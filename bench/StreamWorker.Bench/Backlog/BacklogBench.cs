using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Bench.Backlog;

/// <summary>Drains a prepared backlog with a bare GetRecords loop and with the whole worker, in turn, and prints the ratio.</summary>
internal static class BacklogBench
{
    private const int ShownRuns = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BacklogOptions.Parse(args);
        if (options is null)
            return 2;

        var results = new List<BacklogResult>();
        if (options.Loopback)
        {
            await using var server = await CannedServer.StartAsync(options.Records);
            results.Add(await MeasureAsync("loopback server, canned pages", new Subject(server.Endpoint, CannedStream.Stream, options.Records, LeasesInMemory: true)));
        }

        if (options.DynamoDbLocal)
        {
            await using var local = await LocalBacklog.PrepareAsync(options.Records);
            results.Add(await MeasureAsync("DynamoDB Local", new Subject(local.Endpoint, local.Stream, options.Records, LeasesInMemory: false)));
        }

        Print(results);
        return 0;
    }

    private static async Task<BacklogResult> MeasureAsync(string name, Subject subject)
    {
        var bare = new List<Drain>();
        var worker = new List<Drain>();
        for (var run = -1; run < ShownRuns; run++)
        {
            // One run of each to warm up, then in turn: what drifts on the machine touches both.
            var bareRun = await Drain.BareAsync(subject);
            var workerRun = await Drain.WorkerAsync(subject, run);
            if (run < 0)
                continue;
            bare.Add(bareRun);
            worker.Add(workerRun);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: run {run + 1}: bare {bareRun.RecordsPerSecond:N0}/s, worker {workerRun.RecordsPerSecond:N0}/s"));
        }

        return BacklogResult.Of(name, subject.Records, bare, worker);
    }

    private static void Print(List<BacklogResult> results)
    {
        Console.WriteLine("Draining a backlog through the whole worker (no-op handler) against a bare GetRecords loop. Medians of 5 pairs; the ratio is the median of the pairs' ratios.");
        Console.WriteLine();
        Console.WriteLine("| against | records | bare /s | worker /s | ratio | min..max | bare CPU µs/rec | worker CPU µs/rec | bare B/rec | worker B/rec | worker: start to first record, ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var result in results)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Against} | {result.Records:N0} | {result.BareRecordsPerSecond:N0} | {result.WorkerRecordsPerSecond:N0} | {result.Ratio:F2} | {result.RatioMinimum:F2}..{result.RatioMaximum:F2} | {result.BareCpuMicroseconds:F1} | {result.WorkerCpuMicroseconds:F1} | {result.BareBytes:N0} | {result.WorkerBytes:N0} | {result.WorkerFirstRecordMilliseconds:N0} |"));
        }

        Console.WriteLine();
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }
}
