using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Handlers;

public sealed class HttpBatchProcessorTests
{
    private const string Second = "222222222222222222222";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<HttpBatchProcessor> _log = new();

    [Fact]
    public async Task V1_event_is_posted_with_the_facts_of_the_delivery_as_headers()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");

        await SendAsync(handler.Url);

        var (headers, body) = Assert.Single(handler.Requests);
        Assert.Equal(["111111111111111111111", Second, "333333333333333333333"], LoopbackHandler.SequenceNumbers(body));
        Assert.Equal(Records.Stream.Value, JsonDocument.Parse(body).RootElement.GetProperty("Records")[0].GetProperty("eventSourceARN").GetString());
        Assert.Equal("application/json", headers.ContentType);
        Assert.Equal("orders", headers["X-StreamWorker-Consumer"]);
        Assert.Equal("shardId-00000001769847330123-fb9ebbab", headers["X-StreamWorker-Shard-Id"]);
        Assert.Equal("7", headers["X-StreamWorker-Lease-Epoch"]);
        Assert.Equal("2", headers["X-StreamWorker-Attempt"]);
        Assert.False(headers.ContainsKey("X-StreamWorker-Failure-Policy"));
        Assert.Equal("streamworker/0.1.0", headers.UserAgent);
        Assert.False(headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task Trace_goes_on_in_the_handler()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");
        using var activity = new Activity("process").SetIdFormat(ActivityIdFormat.W3C).Start();

        await SendAsync(handler.Url);

        Assert.StartsWith($"00-{activity.TraceId}-", handler.Requests[0].Headers.TraceParent.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("done")]
    [InlineData("{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}")]
    public async Task B1_without_the_setting_any_answer_that_is_no_error_is_success(string body)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        Assert.Equal(BatchOutcome.Succeeded, (await SendAsync(handler.Url, reports: false)).Outcome);
    }

    [Fact]
    public async Task B1_failures_that_are_ignored_are_a_warning()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, Failures(Second));

        await SendAsync(handler.Url, reports: false);

        Assert.Equal(
            "Consumer orders: the handler's answer names 1 failed of 3 records and counts as success, because FunctionResponseTypes does not have ReportBatchItemFailures.",
            _log.LatestRecord.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("{\"batchItemFailures\":[]}")]
    [InlineData("{\"batchItemFailures\":null}")]
    public async Task B2_answer_without_failures_is_success(string body)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        Assert.Equal(BatchOutcome.Succeeded, (await SendAsync(handler.Url)).Outcome);
    }

    [Theory]
    [InlineData("{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}")]
    [InlineData("{\"batchItemFailures\":[{\"itemIdentifier\":null}]}")]
    [InlineData("{\"batchItemFailures\":[{\"itemIdentifier\":123}]}")]
    [InlineData("{\"batchItemFailures\":[{\"foo\":\"222222222222222222222\"}]}")]
    public async Task B3_entry_without_an_identifier_fails_the_batch(string body)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        Assert.Equal(0, (await SendAsync(handler.Url)).CountFinished(Records.Three));
    }

    [Theory]
    [InlineData("999999999999999999999")]
    [InlineData("no number")]
    public async Task B4_identifier_that_is_not_in_the_batch_fails_the_batch(string identifier)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, Failures(identifier));

        Assert.Equal(0, (await SendAsync(handler.Url)).CountFinished(Records.Three));
    }

    [Fact]
    public async Task B5_valid_and_invalid_entries_together_fail_the_batch()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, Failures(Second, ""));

        Assert.Equal(0, (await SendAsync(handler.Url)).CountFinished(Records.Three));
    }

    [Theory]
    [InlineData("done")]
    [InlineData("{\"batchItemFailures\":")]
    public async Task B6_answer_that_is_not_json_fails_the_batch(string body)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        var result = await SendAsync(handler.Url);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal($"The handler at {handler.Url} gave an invalid answer: 200 OK: {body}", result.Error!.Message);
    }

    [Fact]
    public async Task B7_lowest_reported_record_is_where_delivery_goes_on()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, Failures("333333333333333333333", Second));

        var result = await SendAsync(handler.Url);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(1, result.CountFinished(Records.Three));
    }

    [Fact]
    public async Task B14_near_miss_is_success_and_a_warning_once_a_minute()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"BatchItemFailures":[{"ItemIdentifier":"222222222222222222222"}]}""");
        using var processor = NewProcessor(handler.Url, reports: true);

        for (var i = 0; i < 3; i++)
            Assert.Equal(BatchOutcome.Succeeded, (await processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None)).Outcome);
        _time.Advance(TimeSpan.FromSeconds(61));
        await processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None);

        var warnings = _log.Collector.GetSnapshot();
        Assert.Equal(2, warnings.Count);
        Assert.Equal(LogLevel.Warning, warnings[0].Level);
        Assert.Equal("Consumer orders: the handler's answer has a member 'BatchItemFailures', which is not 'batchItemFailures': it counts as success. Names are case-sensitive.", warnings[0].Message);
    }

    [Theory]
    [InlineData(400, "Bad Request")]
    [InlineData(404, "Not Found")]
    [InlineData(500, "Internal Server Error")]
    [InlineData(302, "Found")]
    public async Task B15_R2_error_status_is_a_function_error_whatever_the_body_says(int status, string reason)
    {
        await using var handler = await LoopbackHandler.StartAsync(status, Failures(Second));

        var result = await SendAsync(handler.Url);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal($"The handler at {handler.Url} failed: {status} {reason}: {Failures(Second)}", result.Error!.Message);
    }

    [Fact]
    public async Task B15_R2_function_error_header_is_a_function_error_whatever_the_body_says()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "{}", functionError: "Unhandled");

        var result = await SendAsync(handler.Url);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal($"The handler at {handler.Url} failed (Unhandled): 200 OK: {{}}", result.Error!.Message);
    }

    [Theory]
    [InlineData("""{"errorMessage":"boom","errorType":"Error","trace":["a"]}""", true)]
    [InlineData("""{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: exit status 1"}""", false)]
    [InlineData("Task timed out after 3.00 seconds", true)]
    [InlineData("Task timed out after 3.00 seconds", false)]
    public async Task I2_emulators_error_document_is_a_function_error(string body, bool reports)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        Assert.Equal(BatchOutcome.Failed, (await SendAsync(handler.Url, reports)).Outcome);
    }

    [Fact]
    public async Task I2_answer_with_failures_is_no_error_document()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"errorMessage":"none","errorType":"none","batchItemFailures":[{"itemIdentifier":"222222222222222222222"}]}""");

        Assert.Equal(1, (await SendAsync(handler.Url)).CountFinished(Records.Three));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task R1_status_of_an_endpoint_that_is_not_available_is_no_attempt(int status)
    {
        await using var handler = await LoopbackHandler.StartAsync(status, "later");

        Assert.Equal(BatchOutcome.NotInvoked, (await SendAsync(handler.Url)).Outcome);
    }

    [Fact]
    public async Task R1_refused_connection_is_no_attempt()
    {
        var result = await SendAsync(new Uri($"http://127.0.0.1:{FreePort()}/"));

        Assert.Equal(BatchOutcome.NotInvoked, result.Outcome);
        Assert.Contains("cannot be reached", result.Error!.Message);
    }

    [Fact]
    public async Task R1_unknown_host_is_no_attempt() =>
        Assert.Equal(BatchOutcome.NotInvoked, (await SendAsync(new Uri("http://handler.invalid/"))).Outcome);

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")]
    public async Task R2_connection_that_breaks_after_the_request_is_a_function_error(string partOfAnswer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cut = CutAfterRequestAsync(listener, partOfAnswer);

        var result = await SendAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        await cut;
        listener.Dispose();
        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("broke off the call", result.Error!.Message);
    }

    [Fact]
    public async Task R2_answer_that_does_not_come_in_time_is_a_function_error()
    {
        var arrived = new TaskCompletionSource();
        await using var handler = await LoopbackHandler.StartAsync(async context =>
        {
            arrived.SetResult();
            await UntilAbortedAsync(context);
        });

        using var processor = NewProcessor(handler.Url, reports: true);
        var sending = processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(60));
        var result = await sending;

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal($"The handler at {handler.Url} did not answer within 00:01:00", result.Error!.Message);
    }

    [Fact]
    public async Task Cancelled_call_is_told_from_a_time_out()
    {
        using var stop = new CancellationTokenSource();
        await using var handler = await LoopbackHandler.StartAsync(async context =>
        {
            await stop.CancelAsync();
            await UntilAbortedAsync(context);
        });
        using var processor = NewProcessor(handler.Url, reports: true);

        var result = await processor.ProcessAsync(Records.Three, Records.Context, stop.Token);

        Assert.Equal(0, result.CountFinished(Records.Three));
        Assert.IsAssignableFrom<OperationCanceledException>(result.Error);
    }

    [Fact]
    public async Task R2_answer_above_6_MB_is_a_function_error()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, new string(' ', HttpAnswer.MaximumBytes + 1));

        var result = await SendAsync(handler.Url);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.EndsWith("answered with more than 6291456 bytes", result.Error!.Message);
    }

    [Fact]
    public async Task Error_quotes_the_first_500_characters_on_one_line()
    {
        await using var handler = await LoopbackHandler.StartAsync(500, "line\r\n\u001b[31m" + new string('x', 1000));

        var result = await SendAsync(handler.Url);

        Assert.Equal($"The handler at {handler.Url} failed: 500 Internal Server Error: line   [31m{new string('x', 489)}", result.Error!.Message);
    }

    private static string Failures(params string[] identifiers) =>
        $"{{\"batchItemFailures\":[{string.Join(',', identifiers.Select(identifier => $"{{\"itemIdentifier\":\"{identifier}\"}}"))}]}}";

    private static async Task UntilAbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => aborted.SetResult());
        await aborted.Task;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task CutAfterRequestAsync(TcpListener listener, string partOfAnswer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var seen = "";
        var buffer = new byte[64 * 1024];
        while (!seen.EndsWith("]}", StringComparison.Ordinal))
            seen += System.Text.Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(partOfAnswer));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(502)]
    public async Task Record_that_is_not_JSON_is_named_when_the_handler_cannot_read_the_event(int status)
    {
        await using var handler = await LoopbackHandler.StartAsync(status, "Unexpected string in JSON");
        using var processor = NewProcessor(handler.Url, reports: true);
        var records = Records.Parse(Records.Simple("1"), Records.Json("2", """{"id":{"S":"o-1"},"bad":{"N" "1"}}"""));

        var result = await processor.ProcessAsync(records, Records.Context, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains(" 2", Assert.IsType<RecordFormatException>(result.Error).Message, StringComparison.Ordinal);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Record_whose_identity_cannot_be_read_is_named_and_nothing_is_sent()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");
        using var processor = NewProcessor(handler.Url, reports: true);

        var result = await processor.ProcessAsync(Records.Parse(Records.Json("2", more: ",\"userIdentity\":{\"Type\" \"Service\"}")), Records.Context, CancellationToken.None);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains(" 2", Assert.IsType<RecordFormatException>(result.Error).Message, StringComparison.Ordinal);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Failure_of_a_handler_that_got_an_event_is_its_own()
    {
        await using var handler = await LoopbackHandler.StartAsync(400, "no");

        var result = await SendAsync(handler.Url);

        Assert.IsType<RecordHandlerException>(result.Error);
    }

    private async Task<BatchResult> SendAsync(Uri url, bool reports = true)
    {
        using var processor = NewProcessor(url, reports);
        return await processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private HttpBatchProcessor NewProcessor(Uri url, bool reports)
    {
        var endpoint = new HttpEndpoint(url, TimeSpan.FromMinutes(1), reports);
        return new HttpBatchProcessor(endpoint, endpoint.NewClient(), _time, _log);
    }
}
