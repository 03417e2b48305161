using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Handlers;

/// <summary>Batches that do not fit into one event.</summary>
public sealed class HttpBatchSplitTests
{
    [Fact]
    public async Task P6_batch_above_6_MB_goes_in_several_requests_in_order()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");
        var records = Large(12);

        var result = await SendAsync(handler.Url, records);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal([7, 5], handler.Requests.Select(request => LoopbackHandler.SequenceNumbers(request.Body).Count));
        Assert.All(handler.Requests, request => Assert.True(request.Body.Length <= HttpBatchProcessor.MaximumEventBytes));
        Assert.Equal(records.Select(record => record.SequenceNumber.ToString()), handler.Requests.SelectMany(request => LoopbackHandler.SequenceNumbers(request.Body)));
    }

    [Theory]
    [InlineData(503, "", 7)]
    [InlineData(500, "", 7)]
    [InlineData(200, "{\"batchItemFailures\":[{\"itemIdentifier\":\"000000000000000000110\"}]}", 10)]
    [InlineData(200, "{\"batchItemFailures\":[{\"itemIdentifier\":\"000000000000000000103\"}]}", 7)]
    public async Task P6_failure_of_a_later_request_keeps_what_the_earlier_ones_finished(int status, string body, int finished)
    {
        var calls = 0;
        await using var handler = await LoopbackHandler.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? 200 : status;
            return context.Response.WriteAsync(calls == 1 ? "" : body);
        });
        var records = Large(12);

        var result = await SendAsync(handler.Url, records);

        Assert.Equal(finished, result.CountFinished(records));
    }

    [Theory]
    [InlineData(503, "", BatchOutcome.NotInvoked, 0)]
    [InlineData(500, "", BatchOutcome.Failed, 0)]
    [InlineData(200, "{\"batchItemFailures\":[{\"itemIdentifier\":\"000000000000000000103\"}]}", BatchOutcome.PartlyFailed, 3)]
    [InlineData(200, "{\"batchItemFailures\":[{\"itemIdentifier\":\"000000000000000000110\"}]}", BatchOutcome.PartlyFailed, 0)]
    public async Task P6_failure_of_the_first_request_stops_the_rest(int status, string body, BatchOutcome outcome, int finished)
    {
        await using var handler = await LoopbackHandler.StartAsync(status, body);
        var records = Large(12);

        var result = await SendAsync(handler.Url, records);

        Assert.Single(handler.Requests);
        Assert.Equal((outcome, finished), (result.Outcome, result.CountFinished(records)));
    }

    [Fact]
    public async Task V37_one_record_above_the_limit_is_sent_alone()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");

        await SendAsync(handler.Url, Records.Parse(Big("1", 7_000_000), Records.Simple("2")));

        Assert.Equal([1, 1], handler.Requests.Select(request => LoopbackHandler.SequenceNumbers(request.Body).Count));
    }

    private static IReadOnlyList<StreamRecord> Large(int count) => Records.Parse(Enumerable.Range(100, count).Select(i => Big($"{i:D21}", 850_000)));

    private static string Big(string sequenceNumber, int size) => Records.Json(sequenceNumber, $$$"""{"id":{"S":"{{{new string('x', size)}}}"}}""");

    private static async Task<BatchResult> SendAsync(Uri url, IReadOnlyList<StreamRecord> records)
    {
        var endpoint = new HttpEndpoint(url, TimeSpan.FromMinutes(1), ReportsItemFailures: true);
        using var processor = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance);
        return await processor.ProcessAsync(records, Records.Context, CancellationToken.None);
    }
}
