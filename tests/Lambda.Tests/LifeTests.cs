using System.Text.Json;
using StreamWorker.Batches;

namespace StreamWorker.Lambda.Tests;

/// <summary>How a function starts and how it ends.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task Consumer_without_handler_is_an_init_error_and_ends_the_function_A7()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { }, options: null, time: null);

        await AssertInitErrorAsync<InvalidOperationException>(function, "has no handler");
    }

    [Fact]
    public async Task Handler_that_cannot_be_made_is_an_init_error_A7()
    {
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer.Handle<NeedsSomething>());

        await AssertInitErrorAsync<InvalidOperationException>(function, nameof(NeedsSomething));
    }

    [Fact]
    public async Task Every_setting_out_of_range_is_named_in_one_init_error_A7()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { }, options =>
        {
            options.ConsumerName = "";
            options.DeadlineMargin = TimeSpan.FromHours(1);
            options.FailureReporting = (FailureReporting)7;
        });

        var error = await AssertInitErrorAsync<Microsoft.Extensions.Options.OptionsValidationException>(function, "DeadlineMargin is 01:00:00: it must be from 00:00:00.0500000 to 00:05:00");
        Assert.Equal(3, error.Failures.Count());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public async Task Concurrency_that_is_no_number_is_an_init_error_A7_A14(string value)
    {
        await using var function = await FunctionUnderTest.StartAsync(Handled, environment: ("AWS_LAMBDA_MAX_CONCURRENCY", value));

        await AssertInitErrorAsync<InvalidOperationException>(function, $"AWS_LAMBDA_MAX_CONCURRENCY is '{value}'");
    }

    [Fact]
    public async Task Program_outside_Lambda_says_how_to_try_it()
    {
        var function = new LambdaFunction(Handled, _ => { }, _ => null, Stream.Null, TimeProvider.System);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => function.RunAsync(CancellationToken.None));
        Assert.Contains("AWS_LAMBDA_RUNTIME_API is not set", error.Message, StringComparison.Ordinal);
        Assert.Contains("aws-lambda-rie", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_that_is_asked_to_end_while_it_waits_ends_A12()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });
        await function.Api.AskedAsync();

        await function.StopAsync();
    }

    [Fact]
    public async Task Function_that_is_asked_to_end_in_a_batch_answers_what_is_handled_A12()
    {
        var reached = new TaskCompletionSource();
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer.Handle(async (record, _, cancellationToken) =>
        {
            if (record.SequenceNumber.ToString() != Events.Number(3))
                return;
            reached.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }));
        var invocation = function.Api.Invoke(Events.Batch(5));
        await reached.Task;

        await function.StopAsync();

        Assert.Equal(Events.Failures(3), await invocation.ResponseAsync());
    }

    [Fact]
    public async Task Loop_that_cannot_go_on_ends_the_others_after_they_have_answered_A5_A14()
    {
        var reached = new TaskCompletionSource();
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.Handle(async (record, _, cancellationToken) =>
            {
                if (record.SequenceNumber.ToString() != Events.Number(3))
                    return;
                reached.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }),
            environment: ("AWS_LAMBDA_MAX_CONCURRENCY", "2"));
        var inWork = function.Api.Invoke(Events.Batch(5));
        await reached.Task;

        function.Api.NextStatus = 500;
        function.Api.Invoke(Events.Batch(1));

        await Assert.ThrowsAsync<RuntimeApiException>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(Events.Failures(3), await inWork.ResponseAsync());
    }

    private static void Handled(ConsumerBuilder consumer) => consumer.Handle((_, _, _) => ValueTask.CompletedTask);

    private static async Task<TError> AssertInitErrorAsync<TError>(FunctionUnderTest function, string message)
        where TError : Exception
    {
        var error = await Assert.ThrowsAsync<TError>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        var answer = await function.Api.InitError.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("Runtime.InitError", answer.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains(message, JsonDocument.Parse(answer.Body).RootElement.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.False(function.Api.HasAsked);
        return error;
    }

    private sealed class NeedsSomething(IDisposable something) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            something.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
