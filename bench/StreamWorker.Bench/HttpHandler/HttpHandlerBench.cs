using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Bench.Event;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Bench.HttpHandler;

/// <summary>The Http handler against a bare client that posts the same bodies to the same endpoint, which takes them and does nothing. Both in this process, one call at a time, in turn.</summary>
internal static class HttpHandlerBench
{
    private const int Rounds = 9;
    private const double Goal = 0.85;

    private static readonly TimeSpan s_share = TimeSpan.FromMilliseconds(400);

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var server = builder.Build();
        server.MapPost("/", TakeAsync);
        await server.StartAsync();
        var endpoint = new HttpEndpoint(new Uri(server.Urls.First()), TimeSpan.FromMinutes(1), ReportsItemFailures: true);
        using var client = endpoint.NewClient();
        using var processor = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance);
        Console.WriteLine($"Events posted to an endpoint that does nothing; medians of {Rounds} rounds, goal {Goal.ToString(CultureInfo.InvariantCulture)}.");
        Console.WriteLine();
        Console.WriteLine("| records in an event | bare client, records /s | Http handler, records /s | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var records in new[] { 1, 10, 100, 1000 })
        {
            var body = EventData.Make(records);
            using var page = RecordPage.Parse(body);
            var context = new BatchContext { Consumer = "bench", ShardId = new ShardId("shardId-00000001769847330123-fb9ebbab"), LeaseEpoch = 1 };
            var (bare, own) = (new List<double>(), new List<double>());
            for (var round = -1; round < Rounds; round++)
            {
                var (first, second) = (await RateAsync(() => PostAsync(client, endpoint.Url, body), records), await RateAsync(() => HandleAsync(processor, page.Records, context), records));
                // The first one warms up.
                if (round < 0)
                    continue;
                bare.Add(first);
                own.Add(second);
            }

            var (limit, rate) = (Median(bare), Median(own));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {records:N0} | {limit:N0} | {rate:N0} | {rate / limit:F2} |"));
        }

        return 0;
    }

    private static async Task TakeAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync("""{"batchItemFailures":[]}"""u8.ToArray());
    }

    private static async Task PostAsync(HttpMessageInvoker client, Uri url, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        using var response = await client.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task HandleAsync(HttpBatchProcessor processor, IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        var result = await processor.ProcessAsync(records, context, CancellationToken.None);
        if (result.Error is { } error)
            throw error;
    }

    private static async Task<double> RateAsync(Func<Task> call, int records)
    {
        var watch = Stopwatch.StartNew();
        long calls = 0;
        for (; watch.Elapsed < s_share; calls++)
            await call();
        return calls * records / watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
