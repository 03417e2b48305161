using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Batches;

public sealed class BatchOptionsTests
{
    [Fact]
    public void Records_are_handled_one_by_one_and_a_batch_stops_at_its_first_failure_unless_told_otherwise()
    {
        var options = new BatchOptions();

        Assert.Equal(1, options.MaxConcurrency);
        Assert.Equal(FailureMode.StopBatch, options.FailureMode);
        Assert.False(options.ThrowWhenAllFailed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Concurrency_below_one_is_a_fault_at_start(int value) =>
        Assert.Equal(
            $"Consumer 'search': MaxConcurrency is {value}; it must be 1 or more.",
            await FaultOfAsync(consumer => consumer.ConfigureBatches(options => options.MaxConcurrency = value).Handle((_, _, _) => default)));

    [Fact]
    public async Task Failure_mode_that_does_not_exist_is_a_fault_at_start() =>
        Assert.Equal(
            "Consumer 'search': FailureMode is 7; it must be StopBatch or StopKey.",
            await FaultOfAsync(consumer => consumer.Handle((_, _, _) => default).ConfigureBatches(options => options.FailureMode = (FailureMode)7)));

    [Fact]
    public async Task Settings_that_do_not_apply_to_a_handler_of_batches_are_a_fault_at_start()
    {
        var fault = await FaultOfAsync(consumer => consumer.ConfigureBatches(options => options.MaxConcurrency = 2).Process(_ => new Fails()));

        Assert.Equal("Consumer 'search' handles whole batches: MaxConcurrency and FailureMode are for handlers of records.", fault);
        Assert.Equal(fault, await FaultOfAsync(consumer => consumer.ConfigureBatches(options => options.FailureMode = FailureMode.StopKey).Process(_ => new Fails())));
    }

    [Fact]
    public async Task Several_calls_change_the_same_options()
    {
        var result = await Run.ConsumerAsync(
            consumer => consumer
                .ConfigureBatches(options => options.ThrowWhenAllFailed = true)
                .ConfigureBatches(options => options.FailureMode = FailureMode.StopKey)
                .Handle((_, _, _) => throw new IOException("no")),
            Run.ThreeRecords);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal(["1", "2", "3"], result.Failures.Select(failure => failure.ItemIdentifier));
    }

    [Fact]
    public async Task R9_batch_of_which_no_record_was_handled_fails_as_a_whole_when_asked_to()
    {
        var result = await Run.ConsumerAsync(
            consumer => consumer.ConfigureBatches(options => options.ThrowWhenAllFailed = true).Handle((_, _, _) => throw new IOException("no")),
            Run.ThreeRecords);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        var error = Assert.IsType<AllRecordsFailedException>(result.Error);
        Assert.Equal("Not one of the batch's 3 records was handled. no", error.Message);
        Assert.IsType<IOException>(error.InnerException);
        Assert.True(error.IsTransient);
        Assert.Equal(0, result.CountFinished(Run.ThreeRecords));
        Assert.Equal("1", Assert.Single(result.Failures).ItemIdentifier);
        Assert.Equal(CancellationCause.None, result.CancelledBy);
    }

    [Fact]
    public async Task R9_batch_of_which_a_record_was_handled_names_those_that_were_not()
    {
        var result = await Run.ConsumerAsync(
            consumer => consumer
                .ConfigureBatches(options => options.ThrowWhenAllFailed = true)
                .Handle((record, _, _) => record.SequenceNumber == SequenceNumber.Parse("2") ? throw new IOException() : default),
            Run.ThreeRecords);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal("2", Assert.Single(result.Failures).ItemIdentifier);
    }

    [Fact]
    public async Task R9_batch_that_was_cancelled_has_not_failed()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        var result = await Run.ConsumerAsync(
            consumer => consumer.ConfigureBatches(options => options.ThrowWhenAllFailed = true).Handle((_, _, _) => default),
            Run.ThreeRecords,
            cancellationToken: stopping.Token);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(CancellationCause.HostStopping, result.CancelledBy);
    }

    [Fact]
    public async Task R9_batch_of_which_one_item_was_handled_names_those_that_were_not()
    {
        var poison = Records.Record("""{"eventID":"e","dynamodb":{"Keys":{"id":{"S":"poison"}},"SequenceNumber":"1"}}""");
        var result = await Run.ConsumerAsync(
            consumer => consumer
                .ConfigureBatches(options => (options.ThrowWhenAllFailed, options.FailureMode) = (true, FailureMode.StopKey))
                .Handle((record, _, _) => record.Keys.GetString("id") == "poison" ? throw new IOException() : default),
            [poison, Records.Numbered("2")]);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal("1", Assert.Single(result.Failures).ItemIdentifier);
    }

    [Fact]
    public async Task R9_batch_that_was_cancelled_behind_a_failure_has_not_failed_as_a_whole()
    {
        using var stopping = new CancellationTokenSource();
        var other = Records.Record("""{"eventID":"e","dynamodb":{"Keys":{"id":{"S":"other"}},"SequenceNumber":"2"}}""");
        var result = await Run.ConsumerAsync(
            consumer => consumer
                .ConfigureBatches(options => (options.ThrowWhenAllFailed, options.FailureMode) = (true, FailureMode.StopKey))
                .Handle(async (_, _, _) =>
                {
                    await stopping.CancelAsync();
                    throw new IOException();
                }),
            [Records.Numbered("1"), other],
            cancellationToken: stopping.Token);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal([CancellationCause.None, CancellationCause.HostStopping], result.Failures.Select(failure => failure.CancelledBy));
    }

    [Theory]
    [InlineData(true, "1,2,3", BatchOutcome.Failed)]
    [InlineData(true, "1,2", BatchOutcome.PartlyFailed)]
    [InlineData(true, "1,1,1", BatchOutcome.PartlyFailed)]
    [InlineData(true, "", BatchOutcome.Succeeded)]
    [InlineData(false, "1,2,3", BatchOutcome.PartlyFailed)]
    public async Task R9_handler_of_batches_that_names_every_record_fails_the_batch_when_asked_to(bool throws, string failures, BatchOutcome expected)
    {
        var result = await Run.ConsumerAsync(
            consumer => consumer.ConfigureBatches(options => options.ThrowWhenAllFailed = throws).HandleBatch<Names>().Services.Add(new(typeof(Names), new Names(failures))),
            Run.ThreeRecords);

        Assert.Equal(expected, result.Outcome);
        Assert.Equal(expected == BatchOutcome.Failed, result.Error is AllRecordsFailedException);
    }

    private static async Task<string> FaultOfAsync(Action<ConsumerBuilder> configure) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => Run.ConsumerAsync(configure))).Message;

    private sealed class Fails : IBatchProcessor
    {
        public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) => throw new IOException();
    }

    private sealed class Names(string failures) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            new([.. failures.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new BatchItemFailure(name))]);
    }
}
