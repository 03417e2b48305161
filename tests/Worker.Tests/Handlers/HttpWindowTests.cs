using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Handlers;

public sealed class HttpWindowTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 31, 8, 15, 0, TimeSpan.Zero);

    [Fact]
    public async Task T1_T4_event_carries_window_and_state_and_the_answers_state_is_the_next()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"state":{"n":2}}""");

        var result = await SendAsync(handler.Url, Records.Three, Window(state: """{"n":1}"""));

        Assert.Equal((BatchOutcome.Succeeded, """{"n":2}"""), (result.Outcome, Text(result.State)));
        using var sent = JsonDocument.Parse(Assert.Single(handler.Requests).Body);
        Assert.Equal("""{"start":"2026-01-31T08:15:00Z","end":"2026-01-31T08:16:00Z"}""", sent.RootElement.GetProperty("window").GetRawText());
        Assert.Equal("""{"n":1}""", sent.RootElement.GetProperty("state").GetRawText());
        Assert.Equal("shardId-00000001769847330123-fb9ebbab", sent.RootElement.GetProperty("shardId").GetString());
        Assert.Equal(Records.Stream.Value, sent.RootElement.GetProperty("eventSourceARN").GetString());
        Assert.False(sent.RootElement.GetProperty("isFinalInvokeForWindow").GetBoolean());
        Assert.False(sent.RootElement.GetProperty("isWindowTerminatedEarly").GetBoolean());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("{}", true)]
    [InlineData("{}", false)]
    [InlineData("done", false)]
    [InlineData("""{"state":null}""", true)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"222222222222222222222"}]}""", true)]
    public async Task T3_answer_without_state_is_a_failed_call(string body, bool reports)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        var result = await SendAsync(handler.Url, Records.Three, Window(), reports);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("gave no state for its tumbling window", result.Error!.Message, StringComparison.Ordinal);
        Assert.Null(result.State);
    }

    [Fact]
    public async Task T3_B7_failures_are_named_together_with_the_state()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"batchItemFailures":[{"itemIdentifier":"222222222222222222222"}],"state":{"n":1}}""");

        var result = await SendAsync(handler.Url, Records.Three, Window());

        Assert.Equal((1, """{"n":1}"""), (result.CountFinished(Records.Three), Text(result.State)));
    }

    [Fact]
    public async Task T3_B1_without_the_setting_failures_are_ignored_and_the_state_is_not()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"batchItemFailures":[{"itemIdentifier":"222222222222222222222"}],"state":{"n":1}}""");

        var result = await SendAsync(handler.Url, Records.Three, Window(), reports: false);

        Assert.Equal((BatchOutcome.Succeeded, """{"n":1}"""), (result.Outcome, Text(result.State)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"state":{"n":9}}""")]
    public async Task T6_final_call_is_sent_without_records_and_its_state_is_dropped(string body)
    {
        await using var handler = await LoopbackHandler.StartAsync(200, body);

        var result = await SendAsync(handler.Url, [], Window(isFinal: true));

        Assert.Equal((BatchOutcome.Succeeded, false), (result.Outcome, result.State.HasValue));
        var sent = Assert.Single(handler.Requests).Body;
        Assert.StartsWith("""{"Records":[],""", sent, StringComparison.Ordinal);
        Assert.Contains("\"isFinalInvokeForWindow\":true", sent, StringComparison.Ordinal);
        Assert.Contains(Records.Stream.Value, sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, BatchOutcome.Failed)]
    [InlineData(503, BatchOutcome.NotInvoked)]
    public async Task T6_final_call_that_fails_is_a_failure_like_any_other(int status, BatchOutcome outcome)
    {
        await using var handler = await LoopbackHandler.StartAsync(status, "");

        Assert.Equal(outcome, (await SendAsync(handler.Url, [], Window(isFinal: true))).Outcome);
    }

    [Fact]
    public async Task Empty_batch_without_window_is_not_sent()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, "");

        Assert.Equal(BatchOutcome.Succeeded, (await SendAsync(handler.Url, [], null)).Outcome);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task T5_state_above_1_MB_is_no_fault_of_the_call()
    {
        var state = $$"""{"a":"{{new string('x', BatchWindow.MaximumStateLength)}}"}""";
        await using var handler = await LoopbackHandler.StartAsync(200, $$"""{"state":{{state}}}""");

        var result = await SendAsync(handler.Url, Records.Three, Window());

        Assert.Equal((BatchOutcome.Succeeded, state.Length), (result.Outcome, result.State!.Value.Length));
    }

    [Fact]
    public async Task State_in_an_answer_to_a_batch_without_window_means_nothing()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"state":{"n":9}}""");

        Assert.Null((await SendAsync(handler.Url, Records.Three, null)).State);
    }

    [Fact]
    public async Task T4_each_of_several_requests_gets_the_state_of_the_one_before_and_only_the_last_is_final()
    {
        await using var handler = await CountingAsync(failAt: 0);

        var result = await SendAsync(handler.Url, Large(16), Window(isFinal: true));

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        var sent = handler.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement).ToList();
        Assert.Equal(["{}", """{"n":1}""", """{"n":2}"""], sent.Select(json => json.GetProperty("state").GetRawText()));
        Assert.Equal([false, false, true], sent.Select(json => json.GetProperty("isFinalInvokeForWindow").GetBoolean()));
        Assert.Equal(16, handler.Requests.Sum(request => LoopbackHandler.SequenceNumbers(request.Body).Count));
        Assert.All(handler.Requests, request => Assert.True(request.Body.Length <= HttpBatchProcessor.MaximumEventBytes));
    }

    [Fact]
    public async Task T4_failure_of_a_later_request_keeps_what_the_earlier_ones_finished_with_their_state()
    {
        await using var handler = await CountingAsync(failAt: 2);
        var records = Large(16);

        var result = await SendAsync(handler.Url, records, Window());

        Assert.Equal((7, """{"n":1}"""), (result.CountFinished(records), Text(result.State)));
    }

    [Fact]
    public async Task Large_state_leaves_room_for_itself_in_the_event()
    {
        await using var handler = await LoopbackHandler.StartAsync(200, """{"state":{}}""");

        await SendAsync(handler.Url, Large(7), Window(state: $$"""{"a":"{{new string('x', 1_000_000)}}"}"""));

        Assert.Equal([6, 1], handler.Requests.Select(request => LoopbackHandler.SequenceNumbers(request.Body).Count));
        Assert.All(handler.Requests, request => Assert.True(request.Body.Length <= HttpBatchProcessor.MaximumEventBytes));
    }

    [Fact]
    public async Task T6_console_handler_writes_records_and_takes_an_empty_batch_and_leaves_the_state_as_it_is()
    {
        var output = new MemoryStream();
        var console = new ConsoleBatchProcessor(ConsoleFormat.Text, new RecordOutput(output));
        var context = Records.Context.WithWindow(Window(state: """{"n":1}"""));

        var some = await console.ProcessAsync(Records.Three, context, CancellationToken.None);
        var none = await console.ProcessAsync([], Records.Context.WithWindow(Window(isFinal: true)), CancellationToken.None);

        Assert.Equal("""{"n":1}""", Text(some.ForWindow(context.Window!).State));
        Assert.Equal(BatchOutcome.Succeeded, none.Outcome);
        Assert.Equal(3, Encoding.UTF8.GetString(output.ToArray()).Count(character => character == '\n'));
    }

    private static BatchWindow Window(string state = "{}", bool isFinal = false) => new()
    {
        Start = s_start,
        End = s_start.AddMinutes(1),
        State = Encoding.UTF8.GetBytes(state),
        IsFinalInvokeForWindow = isFinal,
    };

    /// <summary>Starts a handler whose state counts the requests; one of them may fail.</summary>
    private static Task<LoopbackHandler> CountingAsync(int failAt)
    {
        var calls = 0;
        return LoopbackHandler.StartAsync(context =>
        {
            var call = Interlocked.Increment(ref calls);
            context.Response.StatusCode = call == failAt ? 500 : 200;
            return context.Response.WriteAsync($$$"""{"state":{"n":{{{call}}}}}""");
        });
    }

    private static IReadOnlyList<StreamRecord> Large(int count) =>
        Records.Parse(Enumerable.Range(100, count).Select(i => Records.Json($"{i:D21}", $$$"""{"id":{"S":"{{{new string('x', 850_000)}}}"}}""")));

    private static string Text(ReadOnlyMemory<byte>? state) => Encoding.UTF8.GetString(state!.Value.Span);

    private static async Task<BatchResult> SendAsync(Uri url, IReadOnlyList<StreamRecord> records, BatchWindow? window, bool reports = true)
    {
        var endpoint = new HttpEndpoint(url, TimeSpan.FromMinutes(1), reports);
        using var processor = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance);
        var context = new BatchContext { Consumer = "orders", ShardId = Records.Context.ShardId, StreamArn = Records.Stream, Window = window };
        return await processor.ProcessAsync(records, context, CancellationToken.None);
    }
}
