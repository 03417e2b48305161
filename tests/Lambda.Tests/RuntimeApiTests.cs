using System.Text.Json;

namespace StreamWorker.Lambda.Tests;

public sealed class RuntimeApiTests
{
    private const string TraceId = "_X_AMZN_TRACE_ID";

    [Fact]
    public async Task Invocation_is_fetched_handled_and_answered_and_the_next_one_asked_for_A1_A2()
    {
        var handled = new List<string>();
        await using var function = await FunctionUnderTest.StartAsync(handled.Add);

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(2)).ResponseAsync());
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
        Assert.Equal(["order-1", "order-2", "order-1"], handled);
    }

    [Fact]
    public async Task Event_of_six_megabytes_is_taken_A10()
    {
        var sizes = new List<int>();
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer.Handle((record, _, _) =>
        {
            sizes.Add(record.NewImage!["text"].AsString().Length);
            return ValueTask.CompletedTask;
        }));
        var record = Events.Record(1, $"\"{Events.Number(1)}\"", $$$"""{"text":{"S":"{{{new string('x', 390_000)}}}"}}""");

        await function.Api.Invoke(Events.Of([.. Enumerable.Repeat(record, 15)])).ResponseAsync();

        Assert.Equal(Enumerable.Repeat(390_000, 15), sizes);
    }

    [Fact]
    public async Task Header_values_are_read_and_sent_as_UTF8_A3()
    {
        string? seen = null;
        await using var function = await FunctionUnderTest.StartAsync(_ => seen = Environment.GetEnvironmentVariable(TraceId));

        var invocation = function.Api.Invoke(Events.Batch(1), next =>
        {
            next.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-größer-日本";
            next.Headers["Lambda-Runtime-Invocation-Id"] = "versuch-ä-1";
        });

        Assert.Equal("versuch-ä-1", (await invocation.AnswerAsync()).Headers["Lambda-Runtime-Invocation-Id"]);
        Assert.Equal("Root=1-größer-日本", seen);
    }

    [Fact]
    public async Task Attempt_id_is_sent_back_only_where_it_came_A3()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => throw new InvalidOperationException("no"), options => options.FailureReporting = FailureReporting.InvocationError);

        var with = await function.Api.Invoke(Events.Batch(1), next => next.Headers["Lambda-Runtime-Invocation-Id"] = "attempt-7").AnswerAsync();
        var without = await function.Api.Invoke(Events.Batch(1)).AnswerAsync();

        Assert.Equal("attempt-7", with.Headers["Lambda-Runtime-Invocation-Id"]);
        Assert.False(without.Headers.ContainsKey("Lambda-Runtime-Invocation-Id"));
    }

    [Fact]
    public async Task Trace_id_is_in_the_environment_of_its_invocation_only_A4()
    {
        var seen = new List<string?>();
        await using var function = await FunctionUnderTest.StartAsync(_ => seen.Add(Environment.GetEnvironmentVariable(TraceId)));

        await function.Api.Invoke(Events.Batch(1), next => next.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-abc;Sampled=1").ResponseAsync();
        await function.Api.Invoke(Events.Batch(1)).ResponseAsync();

        Assert.Equal(["Root=1-abc;Sampled=1", null], seen);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(410)]
    [InlineData(413)]
    public async Task Answer_that_is_refused_costs_its_invocation_and_the_next_one_is_served_A5_V35(int status)
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });

        await function.Api.Invoke(Events.Batch(1), next => next.AnswerStatus = status).AnswerAsync();

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
        Assert.Contains($"Lambda refused the answer", function.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_cannot_be_sent_costs_its_invocation_and_the_next_one_is_asked_for_A5()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });
        function.Api.Invoke(Events.Batch(1), next => next.BreaksConnection = true);

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
    }

    [Fact]
    public async Task Container_error_on_an_answer_ends_the_function_A5()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });

        await function.Api.Invoke(Events.Batch(1), next => next.AnswerStatus = 500).AnswerAsync();

        var error = await Assert.ThrowsAsync<RuntimeApiException>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("500", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Runtime_API_that_has_no_invocation_to_give_ends_the_function_A5(int status)
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });
        function.Api.NextStatus = status;
        function.Api.Invoke(Events.Batch(1));

        var error = await Assert.ThrowsAsync<RuntimeApiException>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runtime_API_that_is_gone_ends_the_function_A5()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });
        await function.Api.AskedAsync();

        await function.Api.DisposeAsync();

        await Assert.ThrowsAsync<RuntimeApiException>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(40)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{\"key1\":\"value1\"}")]
    [InlineData("{\"Records\":{}}")]
    [InlineData("{\"Records\":[{\"eventID\":\"1\"}")]
    public async Task Malformed_event_fails_its_invocation_and_the_next_one_is_served_A6(string body)
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });

        var answer = await function.Api.Invoke(body).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Equal("Function.InvalidEventException", answer.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("application/vnd.aws.lambda.error+json", answer.Headers["Content-Type"]);
        var document = JsonDocument.Parse(answer.Body).RootElement;
        Assert.StartsWith("The event is not one of a DynamoDB stream", document.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal("InvalidEventException", document.GetProperty("errorType").GetString());
        Assert.True(document.GetProperty("stackTrace").GetArrayLength() > 0);
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
    }

    [Theory]
    [InlineData('x')]
    [InlineData('\u0001')]
    [InlineData('\ud83d')]
    [InlineData('日')]
    public async Task Error_document_stays_small_whatever_the_exception_carries_A6(char character)
    {
        var huge = new string(character, 1_000_000);
        await using var function = await FunctionUnderTest.StartAsync(
            _ => throw new InvalidOperationException(huge, new InvalidOperationException(string.Join('\n', Enumerable.Repeat(huge[..2_000], 500)))),
            options => options.FailureReporting = FailureReporting.InvocationError);

        var answer = await function.Api.Invoke(Events.Batch(1)).AnswerAsync();

        Assert.InRange(answer.Body.Length, 1, 256 * 1024);
        Assert.Equal("InvalidOperationException", JsonDocument.Parse(answer.Body).RootElement.GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task Handler_that_throws_does_not_end_the_function_A8()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => throw new InvalidOperationException("no"));

        for (var i = 0; i < 3; i++)
            Assert.Equal(Events.Failures(1), await function.Api.Invoke(Events.Batch(2)).ResponseAsync());
    }

    [Fact]
    public async Task Function_asks_for_as_many_invocations_at_a_time_as_Lambda_says_A14()
    {
        var running = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.Handle(async (_, _, _) =>
            {
                running.Release();
                await release.Task;
            }),
            environment: ("AWS_LAMBDA_MAX_CONCURRENCY", "3"));

        var invocations = Enumerable.Range(0, 3).Select(_ => function.Api.Invoke(Events.Batch(1))).ToList();
        for (var i = 0; i < 3; i++)
            Assert.True(await running.WaitAsync(TimeSpan.FromSeconds(20)));
        release.SetResult();

        foreach (var invocation in invocations)
            Assert.Equal(Events.Nothing, await invocation.ResponseAsync());
        await function.StopAsync();
    }

    [Fact]
    public async Task Trace_id_stays_out_of_the_environment_when_invocations_run_side_by_side_A4_A14()
    {
        Environment.SetEnvironmentVariable(TraceId, null);
        string? seen = "not asked";
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.Handle((_, _, _) =>
            {
                seen = Environment.GetEnvironmentVariable(TraceId);
                return ValueTask.CompletedTask;
            }),
            environment: ("AWS_LAMBDA_MAX_CONCURRENCY", "2"));

        await function.Api.Invoke(Events.Batch(1), next => next.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-abc").ResponseAsync();

        Assert.Null(seen);
    }
}
