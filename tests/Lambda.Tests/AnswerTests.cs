using System.Text.Json;
using StreamWorker.Batches;

namespace StreamWorker.Lambda.Tests;

public sealed class AnswerTests
{
    [Fact]
    public async Task Failed_record_is_named_and_nothing_behind_it_runs_A17()
    {
        var handled = new List<string>();
        await using var function = await FunctionUnderTest.StartAsync(key =>
        {
            if (key == "order-3")
                throw new InvalidOperationException("no");
            handled.Add(key);
        });

        Assert.Equal(Events.Failures(3), await function.Api.Invoke(Events.Batch(5)).ResponseAsync());
        Assert.Equal(["order-1", "order-2"], handled);
        Assert.Contains($"Record {Events.Number(3)} failed", function.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_without_records_is_handled_A17()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => Assert.Fail("nothing to handle"));

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(0)).ResponseAsync());
    }

    [Fact]
    public async Task Record_that_cannot_be_read_fails_alone_A17()
    {
        var handled = new List<string>();
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer.Handle((record, _, _) =>
        {
            _ = record.NewImage!["total"].AsDecimal();
            handled.Add(record.Keys["pk"].AsString());
            return ValueTask.CompletedTask;
        }));
        var malformed = Events.Record(2, $"\"{Events.Number(2)}\"", """{"total":{"N":{"deep":["x"]}}}""");

        Assert.Equal(Events.Failures(2), await function.Api.Invoke(Events.Of(Events.Record(1), malformed, Events.Record(3))).ResponseAsync());
        Assert.Equal(["order-1"], handled);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"12x\"")]
    public async Task Failed_record_that_cannot_be_named_fails_the_whole_batch_A17_B3(string sequenceNumber)
    {
        await using var function = await FunctionUnderTest.StartAsync(key => Assert.NotEqual("order-2", key));
        var nameless = Events.Record(2, sequenceNumber, "{}");

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Of(Events.Record(1), nameless, Events.Record(3))).ResponseAsync());
    }

    [Fact]
    public async Task Record_without_sequence_number_that_is_handled_does_no_harm_A17()
    {
        await using var function = await FunctionUnderTest.StartAsync(key => Assert.NotEqual("order-3", key));

        Assert.Equal(Events.Failures(3), await function.Api.Invoke(Events.Of(Events.Record(1), Events.Record(2, "null", "{}"), Events.Record(3))).ResponseAsync());
    }

    [Fact]
    public async Task Something_in_the_list_that_is_no_record_fails_the_whole_batch_A17_B3()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Of(Events.Record(1), "42")).ResponseAsync());
    }

    [Fact]
    public async Task Batch_handler_that_throws_fails_the_whole_batch_A17_B15()
    {
        await using var function = await BatchFunctionAsync((_, _) => throw new InvalidOperationException("no"));

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(3)).ResponseAsync());
    }

    [Fact]
    public async Task Batch_handler_that_throws_after_reporting_records_keeps_them_A17()
    {
        await using var function = await BatchFunctionAsync((records, context) =>
        {
            context.Progress!.Report(records[0]);
            context.Progress.Report(records[1]);
            throw new InvalidOperationException("no");
        });

        Assert.Equal(Events.Failures(3), await function.Api.Invoke(Events.Batch(4)).ResponseAsync());
    }

    [Fact]
    public async Task Batch_handler_names_several_records_A17_B7()
    {
        await using var function = await BatchFunctionAsync((records, _) => [BatchItemFailure.Of(records[3]), BatchItemFailure.Of(records[1])]);

        Assert.Equal(Events.Failures(4, 2), await function.Api.Invoke(Events.Batch(5)).ResponseAsync());
    }

    [Theory]
    [InlineData("99999999999999999999999")]
    [InlineData("order-1")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Batch_handler_that_names_no_record_of_the_batch_fails_all_of_it_B3_B4_B5(string? identifier)
    {
        await using var function = await BatchFunctionAsync((records, _) => [BatchItemFailure.Of(records[1]), new BatchItemFailure(identifier)]);

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(3)).ResponseAsync());
    }

    [Fact]
    public async Task Identifier_is_answered_as_the_record_carries_it_whatever_its_zeros_S58()
    {
        await using var function = await BatchFunctionAsync((records, _) => [new BatchItemFailure(records[0].SequenceNumber.ToPaddedString())]);
        var local = Events.Record(1, "\"000000000000000000012\"", "{}");

        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"000000000000000000012"}]}""", await function.Api.Invoke(Events.Of(local)).ResponseAsync());
    }

    [Fact]
    public async Task Processor_that_throws_against_its_contract_does_not_end_the_function_A8()
    {
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer.Process(_ => new Processor((_, _) => throw new InvalidOperationException("no"))));

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(3)).ResponseAsync());
    }

    [Fact]
    public async Task Failure_fails_the_invocation_where_the_mapping_does_not_read_lists_A18()
    {
        await using var function = await FunctionUnderTest.StartAsync(
            key =>
            {
                if (key == "order-2")
                    throw new TimeoutException("the index is down");
            },
            options => options.FailureReporting = FailureReporting.InvocationError);

        var answer = await function.Api.Invoke(Events.Batch(3)).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Equal("Function.TimeoutException", answer.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("the index is down", JsonDocument.Parse(answer.Body).RootElement.GetProperty("errorMessage").GetString());
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
    }

    [Fact]
    public async Task Failure_without_error_fails_the_invocation_with_the_records_name_A18()
    {
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.Process(_ => new Processor((records, _) => BatchResult.PartlyFailed([BatchItemFailure.Of(records[1])]))),
            options => options.FailureReporting = FailureReporting.InvocationError);

        var answer = await function.Api.Invoke(Events.Batch(3)).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Contains(Events.Number(2), answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_behind_a_failed_one_go_on_and_its_own_records_are_named_and_not_attempted_A17()
    {
        var handled = new List<string>();
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer
            .ConfigureBatches(options => options.FailureMode = FailureMode.StopKey)
            .Handle((record, _, _) =>
            {
                if (record.Keys["pk"].AsString() == "poison")
                    throw new InvalidOperationException("no");
                handled.Add(record.SequenceNumber.ToString());
                return ValueTask.CompletedTask;
            }));
        var batch = Events.Of(Events.Record(1), Events.RecordOf("poison", 2), Events.Record(3), Events.RecordOf("poison", 4), Events.Record(5));

        Assert.Equal(Events.Failures(2, 4), await function.Api.Invoke(batch).ResponseAsync());
        Assert.Equal([Events.Number(1), Events.Number(3), Events.Number(5)], handled);
        Assert.Contains($"Record {Events.Number(2)} failed", function.Output.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"Record {Events.Number(4)} failed", function.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_are_handled_side_by_side_when_asked_for_A17()
    {
        var both = new TaskCompletionSource();
        var begun = 0;
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer
            .ConfigureBatches(options => options.MaxConcurrency = 2)
            .Handle(async (_, _, cancellationToken) =>
            {
                if (Interlocked.Increment(ref begun) == 2)
                    both.SetResult();
                await both.Task.WaitAsync(cancellationToken);
            }));

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(2)).ResponseAsync());
    }

    [Theory]
    [InlineData(FailureMode.StopBatch)]
    [InlineData(FailureMode.StopKey)]
    public async Task R9_invocation_fails_when_no_record_was_handled_and_that_is_asked_for(FailureMode mode)
    {
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer
            .ConfigureBatches(options => (options.ThrowWhenAllFailed, options.FailureMode) = (true, mode))
            .Handle((record, _, _) => record.Keys["pk"].AsString() == "order-9" ? default : throw new InvalidOperationException("the index is down")));

        var answer = await function.Api.Invoke(Events.Batch(3)).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Equal("Function.AllRecordsFailedException", answer.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains("the index is down", answer.Body, StringComparison.Ordinal);
        Assert.Contains($"Record {Events.Number(1)} failed", function.Output.Text, StringComparison.Ordinal);
        Assert.Equal(Events.Failures(1), await function.Api.Invoke(Events.Of(Events.Record(9), Events.Record(1))).ResponseAsync());
    }

    [Fact]
    public async Task R8_error_without_records_is_none_and_an_event_without_records_answers_an_empty_list()
    {
        await using var function = await FunctionUnderTest.StartAsync(consumer => consumer
            .ConfigureBatches(options => options.ThrowWhenAllFailed = true)
            .UseBatch((_, _, _, _) => throw new InvalidOperationException("no"))
            .Handle((_, _, _) => default));

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(0)).ResponseAsync());
        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
        Assert.Equal("error", (await function.Api.Invoke("""{"eventSource":"aws:dynamodb"}""").AnswerAsync()).What);
    }

    [Fact]
    public async Task R11_handler_that_changes_its_batch_changes_nothing_of_what_is_named()
    {
        await using var function = await BatchFunctionAsync((records, _) =>
        {
            ((IList<StreamRecord>)records).RemoveAt(0);
            return [BatchItemFailure.Of(records[0])];
        });

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(3)).ResponseAsync());
    }

    [Fact]
    public async Task Consumer_carries_the_functions_name()
    {
        string? seen = null;
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.Handle((_, context, _) =>
            {
                seen = context.Consumer;
                return ValueTask.CompletedTask;
            }),
            environment: ("AWS_LAMBDA_FUNCTION_NAME", "orders-index"));

        await function.Api.Invoke(Events.Batch(1)).ResponseAsync();

        Assert.Equal("orders-index", seen);
    }

    private static Task<FunctionUnderTest> BatchFunctionAsync(Func<IReadOnlyList<StreamRecord>, BatchContext, IReadOnlyCollection<BatchItemFailure>> handle) =>
        FunctionUnderTest.StartAsync(consumer => consumer.HandleBatch<BatchHandler>().Services.Add(new(handle.GetType(), handle)));

    private sealed class BatchHandler(Func<IReadOnlyList<StreamRecord>, BatchContext, IReadOnlyCollection<BatchItemFailure>> handle) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            new(handle(records, context));
    }

    private sealed class Processor(Func<IReadOnlyList<StreamRecord>, BatchContext, BatchResult> process) : IBatchProcessor
    {
        public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            new(process(records, context));
    }
}
