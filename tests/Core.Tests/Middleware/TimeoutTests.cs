using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class TimeoutTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    private Task<BatchResult> ProcessAsync(
        Action<ConsumerBuilder> configure,
        IReadOnlyList<StreamRecord>? batch = null,
        BatchContext? context = null,
        CancellationToken cancellationToken = default) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton<TimeProvider>(_time);
            configure(consumer);
        },
        batch,
        context,
        cancellationToken: cancellationToken);

    /// <summary>Ends when the token is cancelled, with its error.</summary>
    private static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() => never.SetCanceled(cancellationToken));
        await never.Task;
    }

    [Fact]
    public async Task C10_handler_is_cancelled_when_its_time_is_over_and_its_record_fails_with_the_limit()
    {
        var cause = CancellationCause.None;
        var processing = ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle(async (_, context, cancellationToken) =>
        {
            try
            {
                await UntilCancelledAsync(cancellationToken);
            }
            finally
            {
                cause = context.CancellationCause;
            }
        }));

        _time.Advance(s_limit - TimeSpan.FromTicks(1));
        Assert.False(processing.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var result = await processing;

        Assert.Equal(CancellationCause.TimedOut, cause);
        var error = Assert.IsType<HandlerTimeoutException>(Assert.Single(result.Failures).Error);
        Assert.Equal(s_limit, error.Limit);
        Assert.Contains("00:00:05", error.Message, StringComparison.Ordinal);
        Assert.IsType<OperationCanceledException>(error.InnerException, exactMatch: false);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task C10_record_that_took_too_long_has_failed_by_itself()
    {
        var processing = ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle(async (_, _, cancellationToken) => await UntilCancelledAsync(cancellationToken)));
        _time.Advance(s_limit);

        var result = await processing;

        Assert.Equal(CancellationCause.None, Assert.Single(result.Failures).CancelledBy);
    }

    [Fact]
    public async Task C10_handler_that_ignores_its_token_is_waited_for_before_its_record_fails()
    {
        var end = new TaskCompletionSource();
        var processing = ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle(async (_, _, _) => await end.Task));

        _time.Advance(s_limit * 10);
        Assert.False(processing.IsCompleted);
        end.SetResult();
        var result = await processing;

        var error = Assert.IsType<HandlerTimeoutException>(Assert.Single(result.Failures).Error);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task C10_error_with_which_a_handler_ends_after_its_time_is_the_cause()
    {
        var end = new TaskCompletionSource();
        var processing = ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle(async (_, _, _) => await end.Task));
        _time.Advance(s_limit);

        end.SetException(new IOException("cut off"));
        var result = await processing;

        Assert.Equal("cut off", Assert.IsType<HandlerTimeoutException>(result.Error).InnerException!.Message);
    }

    [Fact]
    public async Task C10_handler_that_ends_in_time_is_left_alone()
    {
        RecordContext? seen = null;
        var token = CancellationToken.None;

        var result = await ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle((_, context, cancellationToken) =>
        {
            seen = context;
            token = cancellationToken;
            return default;
        }));
        _time.Advance(s_limit * 2);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.False(token.IsCancellationRequested);
        Assert.Equal(CancellationCause.None, seen!.CancellationCause);
    }

    [Fact]
    public async Task C10_error_of_a_handler_in_time_passes_unchanged()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.UseTimeout(s_limit).Handle((_, _, _) => throw error));

        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task C10_every_record_has_the_whole_time()
    {
        var result = await ProcessAsync(
            consumer => consumer.UseTimeout(s_limit).Handle((_, _, _) =>
            {
                _time.Advance(s_limit * 0.9);
                return default;
            }),
            Run.ThreeRecords);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task C11_time_of_inner_layers_counts_and_that_of_outer_ones_does_not()
    {
        var slow = (Func<StreamRecord, RecordContext, StreamWorker.Pipeline.RecordDelegate, CancellationToken, ValueTask>)((record, context, next, cancellationToken) =>
        {
            _time.Advance(s_limit);
            return next(record, context, cancellationToken);
        });

        var outside = await ProcessAsync(consumer => consumer.Use(slow).UseTimeout(s_limit).Handle((_, _, _) => default));
        var inside = await ProcessAsync(consumer => consumer.UseTimeout(s_limit).Use(slow).Handle((_, _, _) => default));

        Assert.Equal(BatchOutcome.Succeeded, outside.Outcome);
        Assert.IsType<HandlerTimeoutException>(inside.Error);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    public async Task Cancellation_for_another_cause_stays_what_it_is_even_when_the_time_is_over_too(CancellationCause cause)
    {
        using var stop = new CancellationTokenSource();
        var end = new TaskCompletionSource();
        var context = new BatchContext
        {
            Consumer = "search",
            HostStopping = cause is CancellationCause.HostStopping ? stop.Token : default,
            LeaseLost = cause is CancellationCause.LeaseLost ? stop.Token : default,
        };
        var processing = ProcessAsync(
            consumer => consumer.UseTimeout(s_limit).Handle(async (_, _, cancellationToken) =>
            {
                await end.Task;
                cancellationToken.ThrowIfCancellationRequested();
            }),
            context: context,
            cancellationToken: stop.Token);

        await stop.CancelAsync();
        _time.Advance(s_limit);
        end.SetResult();
        var result = await processing;

        Assert.IsType<OperationCanceledException>(result.Error, exactMatch: false);
        Assert.Equal(cause, Assert.Single(result.Failures).CancelledBy);
    }

    [Fact]
    public async Task Time_out_of_an_outer_layer_is_a_time_out_for_the_inner_one_too()
    {
        var cause = CancellationCause.None;
        var processing = ProcessAsync(consumer => consumer.UseTimeout(s_limit).UseTimeout(s_limit * 2).Handle(async (_, context, cancellationToken) =>
        {
            try
            {
                await UntilCancelledAsync(cancellationToken);
            }
            finally
            {
                cause = context.CancellationCause;
            }
        }));
        _time.Advance(s_limit);

        var result = await processing;

        Assert.Equal(CancellationCause.TimedOut, cause);
        Assert.Equal(s_limit, Assert.IsType<HandlerTimeoutException>(result.Error).Limit);
        Assert.IsNotType<HandlerTimeoutException>(result.Error.InnerException);
    }

    [Fact]
    public async Task Without_a_clock_among_the_services_the_systems_is_used()
    {
        var result = await Run.ConsumerAsync(consumer => consumer.UseTimeout(TimeSpan.FromHours(1)).UseBatchTimeout(TimeSpan.FromHours(1)).Handle((_, _, _) => default));

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void Limit_out_of_its_range_is_refused_with_the_consumers_name(int seconds)
    {
        var consumer = new ConsumerBuilder("search", new ServiceCollection());
        var limit = TimeSpan.FromSeconds(seconds);

        Assert.Contains("search", Assert.Throws<ArgumentOutOfRangeException>(() => consumer.UseTimeout(limit)).Message, StringComparison.Ordinal);
        Assert.Contains("search", Assert.Throws<ArgumentOutOfRangeException>(() => consumer.UseBatchTimeout(limit)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_of_a_whole_day_is_allowed() =>
        Assert.NotNull(new ConsumerBuilder("search", new ServiceCollection()).UseTimeout(TimeSpan.FromDays(1)).UseBatchTimeout(TimeSpan.FromDays(1)));
}
