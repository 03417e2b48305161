using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Batches;

/// <summary>Three causes of cancellation that are never confused, neither with each other nor with a handler's failure.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _hostStopping = new();
    private readonly CancellationTokenSource _leaseLost = new();
    private readonly CancellationTokenSource _timedOut = new();

    public void Dispose()
    {
        _hostStopping.Dispose();
        _leaseLost.Dispose();
        _timedOut.Dispose();
    }

    private BatchContext Context => new()
    {
        Consumer = "search",
        ShardId = new ShardId("shard"),
        LeaseEpoch = 7,
        Attempt = 3,
        Progress = new Progress<StreamRecord>(),
        HostStopping = _hostStopping.Token,
        LeaseLost = _leaseLost.Token,
        TimedOut = _timedOut.Token,
    };

    private CancellationTokenSource Source(CancellationCause cause) => cause switch
    {
        CancellationCause.HostStopping => _hostStopping,
        CancellationCause.LeaseLost => _leaseLost,
        _ => _timedOut,
    };

    /// <summary>Runs a batch of one record as a host does: with a token that any of the three causes cancels.</summary>
    private async Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, CancellationToken? token = null)
    {
        var services = new ServiceCollection().AddSingleton(this);
        configure(new ConsumerBuilder("search", services));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_hostStopping.Token, _leaseLost.Token, _timedOut.Token);
        return await provider.GetRequiredKeyedService<IBatchProcessor>("search").ProcessAsync([Records.Numbered("1")], Context, token ?? any.Token);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    [InlineData(CancellationCause.TimedOut)]
    public async Task Handler_sees_the_cause_and_its_record_carries_it(CancellationCause cause)
    {
        var before = CancellationCause.TimedOut;
        var after = CancellationCause.None;

        var result = await ProcessAsync(consumer => consumer.Handle(async (_, context, cancellationToken) =>
        {
            before = context.CancellationCause;
            await Source(cause).CancelAsync();
            after = context.CancellationCause;
            cancellationToken.ThrowIfCancellationRequested();
        }));

        Assert.Equal((CancellationCause.None, cause), (before, after));
        Assert.Equal(cause, Assert.Single(result.Failures).CancelledBy);
        Assert.Equal(cause, result.CancelledBy);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    [InlineData(CancellationCause.TimedOut)]
    public async Task Batch_handler_sees_the_cause_and_its_batch_carries_it(CancellationCause cause)
    {
        await Source(cause).CancelAsync();

        var result = await ProcessAsync(consumer => consumer.HandleBatch<ObedientHandler>());

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal(cause, result.CancelledBy);
        Assert.Equal(cause.ToString(), result.Error!.Message);
    }

    [Fact]
    public async Task Cancellation_that_nobody_asked_for_is_a_failure_of_the_handler()
    {
        var result = await ProcessAsync(consumer => consumer.Handle((_, _, _) => throw new TaskCanceledException()));

        Assert.Equal(CancellationCause.None, Assert.Single(result.Failures).CancelledBy);
        Assert.Equal(CancellationCause.None, result.CancelledBy);
    }

    [Fact]
    public async Task Error_other_than_cancellation_is_a_failure_of_the_handler_whoever_asked_to_stop()
    {
        var result = await ProcessAsync(consumer => consumer.Handle(async (_, _, _) =>
        {
            await _leaseLost.CancelAsync();
            throw new IOException();
        }));

        Assert.Equal(CancellationCause.None, Assert.Single(result.Failures).CancelledBy);
    }

    [Fact]
    public async Task Token_that_is_cancelled_without_a_word_why_is_the_hosts()
    {
        var result = await ProcessAsync(consumer => consumer.Handle((_, _, _) => ValueTask.CompletedTask), new CancellationToken(canceled: true));

        Assert.Equal(CancellationCause.HostStopping, result.CancelledBy);
    }

    [Fact]
    public void Result_is_cancelled_only_when_none_of_its_records_has_failed_by_itself()
    {
        var stopped = new BatchItemFailure("2") { CancelledBy = CancellationCause.LeaseLost };

        Assert.Equal(CancellationCause.LeaseLost, BatchResult.PartlyFailed([stopped]).CancelledBy);
        Assert.Equal(CancellationCause.None, BatchResult.PartlyFailed([stopped, new BatchItemFailure("1")]).CancelledBy);
        Assert.Equal(CancellationCause.None, BatchResult.PartlyFailed([]).CancelledBy);
    }

    [Fact]
    public async Task Several_causes_at_once_count_as_the_one_that_asks_for_most()
    {
        var context = Context;
        await _timedOut.CancelAsync();
        Assert.Equal(CancellationCause.TimedOut, context.CancellationCause);
        await _hostStopping.CancelAsync();
        Assert.Equal(CancellationCause.HostStopping, context.CancellationCause);
        await _leaseLost.CancelAsync();
        Assert.Equal(CancellationCause.LeaseLost, context.CancellationCause);
    }

    [Fact]
    public async Task Layer_can_set_a_time_out_that_only_what_runs_under_it_sees()
    {
        var seen = new List<(CancellationCause Inside, CancellationCause Outside)>();

        var result = await ProcessAsync(consumer => consumer
            .Use(async (record, context, next, cancellationToken) =>
            {
                using var time = new CancellationTokenSource();
                var inner = context.WithTimeOut(time.Token);
                await time.CancelAsync();
                seen.Add((inner.CancellationCause, context.CancellationCause));
                Assert.Equal((context.Consumer, context.Attempt, context.IdempotencyKey, context.Services), (inner.Consumer, inner.Attempt, inner.IdempotencyKey, inner.Services));
                Assert.Equal((context.ShardId, context.LeaseEpoch), (inner.ShardId, inner.LeaseEpoch));
                await next(record, inner, time.Token);
            })
            .Handle((_, context, cancellationToken) =>
            {
                Assert.Equal(context.TimedOut, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                return ValueTask.CompletedTask;
            }));

        Assert.Equal([(CancellationCause.TimedOut, CancellationCause.None)], seen);
        Assert.Equal(CancellationCause.None, Assert.Single(result.Failures).CancelledBy);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    public async Task Time_out_of_a_layer_leaves_the_other_causes_and_everything_else_as_they_are(CancellationCause cause)
    {
        var outer = Context;
        var inner = outer.WithTimeOut(new CancellationToken(canceled: true));
        Assert.Equal(CancellationCause.TimedOut, inner.CancellationCause);

        await Source(cause).CancelAsync();

        Assert.Equal(cause, inner.CancellationCause);
        Assert.Equal((outer.Consumer, outer.ShardId, outer.LeaseEpoch, outer.Attempt, outer.Progress), (inner.Consumer, inner.ShardId, inner.LeaseEpoch, inner.Attempt, inner.Progress));
    }

    private sealed class ObedientHandler : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            throw new OperationCanceledException(context.CancellationCause.ToString(), cancellationToken);
    }
}
