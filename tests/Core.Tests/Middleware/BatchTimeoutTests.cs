using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class BatchTimeoutTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _log = [];

    private Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, BatchContext? context = null, CancellationToken cancellationToken = default) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton<TimeProvider>(_time).AddSingleton(_log);
            configure(consumer);
        },
        Run.ThreeRecords,
        context,
        cancellationToken: cancellationToken);

    /// <summary>Handles record 1, lets the time pass in record 2, and ends as its token asks.</summary>
    private ValueTask SlowSecond(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        _log.Add(record.SequenceNumber.ToString());
        if (record.SequenceNumber == SequenceNumber.Parse("2"))
            _time.Advance(s_limit);
        cancellationToken.ThrowIfCancellationRequested();
        return default;
    }

    [Fact]
    public async Task C10_only_records_that_were_not_finished_are_reported_after_the_batchs_time_and_with_its_limit()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).Handle(SlowSecond));

        Assert.Equal(["1", "2"], _log);
        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(1, result.CountFinished(Run.ThreeRecords));
        var failure = Assert.Single(result.Failures);
        Assert.Equal("2", failure.ItemIdentifier);
        Assert.Equal(CancellationCause.TimedOut, failure.CancelledBy);
        var error = Assert.IsType<HandlerTimeoutException>(failure.Error);
        Assert.Equal(s_limit, error.Limit);
        Assert.Contains("00:00:30", error.Message, StringComparison.Ordinal);
        Assert.IsType<OperationCanceledException>(error.InnerException, exactMatch: false);
    }

    [Fact]
    public async Task C10_handler_sees_the_batchs_time_out_as_such()
    {
        var cause = CancellationCause.None;

        await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).Handle((_, context, _) =>
        {
            _time.Advance(s_limit);
            cause = context.CancellationCause;
            return default;
        }));

        Assert.Equal(CancellationCause.TimedOut, cause);
    }

    [Fact]
    public async Task C10_record_that_failed_by_itself_keeps_its_error()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).Handle((_, _, _) =>
        {
            _time.Advance(s_limit);
            throw new IOException();
        }));

        Assert.IsType<IOException>(Assert.Single(result.Failures).Error);
    }

    [Fact]
    public async Task C10_batch_that_ends_in_time_keeps_its_result()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).Handle((_, _, _) => throw error));

        Assert.Same(error, Assert.Single(result.Failures).Error);
    }

    [Fact]
    public async Task C10_batch_whose_records_were_all_finished_late_has_nothing_to_report()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).Handle((record, _, _) =>
        {
            if (record.SequenceNumber == SequenceNumber.Parse("3"))
                _time.Advance(s_limit);
            return default;
        }));

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task C10_handler_of_batches_that_ends_as_its_token_asks_has_failed_with_the_limit()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatchTimeout(s_limit).HandleBatch<SlowHandler>());

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal(CancellationCause.TimedOut, result.CancelledBy);
        Assert.Equal(s_limit, Assert.IsType<HandlerTimeoutException>(result.Error).Limit);
    }

    [Fact]
    public async Task C10_error_of_an_inner_layer_after_the_batchs_time_is_the_cause()
    {
        var result = await ProcessAsync(consumer => consumer
            .UseBatchTimeout(s_limit)
            .UseBatch((_, _, _, _) =>
            {
                _time.Advance(s_limit);
                throw new IOException();
            })
            .Handle((_, _, _) => default));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.IsType<IOException>(Assert.IsType<HandlerTimeoutException>(result.Error).InnerException);
    }

    [Fact]
    public async Task Cancellation_for_another_cause_stays_what_it_is()
    {
        using var stopping = new CancellationTokenSource();

        var result = await ProcessAsync(
            consumer => consumer.UseBatchTimeout(s_limit).Handle(async (_, _, cancellationToken) =>
            {
                await stopping.CancelAsync();
                _time.Advance(s_limit);
                cancellationToken.ThrowIfCancellationRequested();
            }),
            new BatchContext { Consumer = "search", HostStopping = stopping.Token },
            stopping.Token);

        Assert.IsType<OperationCanceledException>(result.Error, exactMatch: false);
        Assert.Equal(CancellationCause.HostStopping, result.CancelledBy);
    }

    private sealed class SlowHandler(TimeProvider time) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            ((FakeTimeProvider)time).Advance(s_limit);
            cancellationToken.ThrowIfCancellationRequested();
            return new([]);
        }
    }
}
