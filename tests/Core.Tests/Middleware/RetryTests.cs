using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class RetryTests
{
    private readonly InstantTime _time = new();
    private readonly FakeLogCollector _logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
    private int _tries;

    private Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, BatchContext? context = null, CancellationToken cancellationToken = default) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton<TimeProvider>(_time).AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_logs)));
            configure(consumer);
        },
        context: context,
        cancellationToken: cancellationToken);

    /// <summary>Fails as often as said, and then does not.</summary>
    private StreamWorker.Pipeline.RecordDelegate Failing(int times, Exception? error = null) => (_, _, _) => _tries++ < times ? throw error ?? new IOException($"try {_tries}") : default(ValueTask);

    [Fact]
    public async Task Record_that_fails_for_a_moment_is_handled_after_all()
    {
        var result = await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(3)));

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal(4, _tries);
    }

    [Fact]
    public async Task Record_that_fails_for_longer_fails_with_its_last_error_as_it_is()
    {
        var result = await ProcessAsync(consumer => consumer.UseRetry(retry => retry.MaxRetries = 2).Handle(Failing(100)));

        Assert.Equal(3, _tries);
        Assert.Equal("try 3", Assert.IsType<IOException>(Assert.Single(result.Failures).Error).Message);
    }

    [Fact]
    public async Task Record_that_is_handled_at_once_is_handled_once_and_without_waiting()
    {
        await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(0)));

        Assert.Equal(1, _tries);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Delay_doubles_up_to_its_bound()
    {
        await ProcessAsync(consumer => consumer
            .UseRetry(retry =>
            {
                retry.MaxRetries = 5;
                retry.Delay = TimeSpan.FromMilliseconds(100);
                retry.MaxDelay = TimeSpan.FromMilliseconds(500);
                retry.UseJitter = false;
            })
            .Handle(Failing(100)));

        Assert.Equal([100, 200, 400, 500, 500], _time.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task Spread_comes_from_the_randomizer_that_was_given_and_keeps_to_the_bound()
    {
        var asked = 0;

        await ProcessAsync(consumer => consumer
            .UseRetry(retry =>
            {
                retry.MaxDelay = TimeSpan.FromMilliseconds(300);
                retry.Randomizer = () =>
                {
                    asked++;
                    return 0.25;
                };
            })
            .Handle(Failing(3)));
        var first = _time.Waits;
        _tries = 0;
        await ProcessAsync(consumer => consumer.UseRetry(retry =>
        {
            retry.MaxDelay = TimeSpan.FromMilliseconds(300);
            retry.Randomizer = () => 0.25;
        }).Handle(Failing(3)));

        Assert.True(asked > 0);
        Assert.Equal(first, _time.Waits.Skip(first.Count));
        Assert.All(first, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(300)));
        Assert.Contains(first, wait => wait != TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task Error_that_is_not_worth_it_is_not_tried_again()
    {
        await ProcessAsync(consumer => consumer.UseRetry(retry => retry.ShouldRetry = error => error is TimeoutException).Handle(Failing(100)));

        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task Malformed_record_is_not_tried_again_unless_asked_for()
    {
        await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(100, new RecordFormatException("text is expected", "dynamodb.Keys"))));

        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task Time_out_inside_is_tried_again()
    {
        await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(1, new HandlerTimeoutException("slow", TimeSpan.FromSeconds(1)))));

        Assert.Equal(2, _tries);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    [InlineData(CancellationCause.TimedOut)]
    public async Task Work_that_was_told_to_stop_is_not_tried_again_whatever_its_error(CancellationCause cause)
    {
        using var stop = new CancellationTokenSource();
        var error = new IOException();

        var result = await ProcessAsync(
            consumer => consumer.UseRetry().Handle(async (_, _, _) =>
            {
                _tries++;
                await stop.CancelAsync();
                throw error;
            }),
            Cancelled(cause, stop.Token),
            stop.Token);

        Assert.Equal(1, _tries);
        Assert.Same(error, result.Error);
    }

    [Theory]
    [InlineData(CancellationCause.HostStopping)]
    [InlineData(CancellationCause.LeaseLost)]
    [InlineData(CancellationCause.TimedOut)]
    public async Task Work_that_is_told_to_stop_between_two_tries_ends_there_as_cancelled(CancellationCause cause)
    {
        using var stop = new CancellationTokenSource();
        _time.OnWait = stop.Cancel;

        var result = await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(100)), Cancelled(cause, stop.Token), stop.Token);

        Assert.Equal(1, _tries);
        Assert.Equal(cause, Assert.Single(result.Failures).CancelledBy);
    }

    [Fact]
    public async Task Cancellation_that_nobody_asked_for_is_an_error_like_any_other()
    {
        await ProcessAsync(consumer => consumer.UseRetry().Handle(Failing(1, new OperationCanceledException())));

        Assert.Equal(2, _tries);
    }

    [Fact]
    public async Task Tries_share_record_context_and_the_scope()
    {
        var seen = new List<(StreamRecord, RecordContext, CountingHandler)>();

        await ProcessAsync(consumer =>
        {
            consumer.Services.AddSingleton(seen);
            consumer.UseRetry().Handle<CountingHandler>();
        });

        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(1, seen[1].Item2.Attempt);
    }

    [Fact]
    public async Task Every_retry_is_logged_with_its_reason()
    {
        await ProcessAsync(consumer => consumer.UseRetry(retry => retry.UseJitter = false).Handle(Failing(2)));

        var entries = _logs.GetSnapshot();
        Assert.Equal([LogLevel.Warning, LogLevel.Warning], entries.Select(entry => entry.Level));
        Assert.Equal("Consumer search: try 1 of record event-1 failed; it is tried again in place in 00:00:00.2000000", entries[0].Message);
        Assert.StartsWith("Consumer search: try 2 of record event-1 failed", entries[1].Message, StringComparison.Ordinal);
        Assert.Equal("try 1", entries[0].Exception!.Message);
    }

    [Fact]
    public async Task Tries_stay_in_the_context_of_the_caller()
    {
        var contexts = new ConcurrentQueue<SynchronizationContext?>();
        var context = new PumpContext();

        await context.RunAsync(() => ProcessAsync(consumer => consumer.UseRetry().Handle(async (_, _, _) =>
        {
            contexts.Enqueue(SynchronizationContext.Current);
            await Task.Yield();
            contexts.Enqueue(SynchronizationContext.Current);
            if (_tries++ < 3)
                throw new IOException();
        })));

        Assert.Equal(8, contexts.Count);
        Assert.All(contexts, seen => Assert.Same(context, seen));
    }

    [Fact]
    public void Options_out_of_their_range_are_refused_with_consumer_option_and_rule()
    {
        Refused(retry => retry.MaxRetries = 0, nameof(RetryOptions.MaxRetries));
        Refused(retry => retry.MaxRetries = 101, nameof(RetryOptions.MaxRetries));
        Refused(retry => retry.Delay = TimeSpan.FromTicks(-1), nameof(RetryOptions.Delay));
        Refused(retry => retry.Delay = retry.MaxDelay = TimeSpan.FromHours(2), nameof(RetryOptions.Delay));
        Refused(retry => retry.MaxDelay = retry.Delay - TimeSpan.FromTicks(1), nameof(RetryOptions.MaxDelay));
        Refused(retry => retry.MaxDelay = TimeSpan.FromHours(2), nameof(RetryOptions.MaxDelay));
        Refused(retry => retry.ShouldRetry = null!, nameof(RetryOptions.ShouldRetry));

        static void Refused(Action<RetryOptions> configure, string option)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ConsumerBuilder("search", new ServiceCollection()).UseRetry(configure));
            Assert.Equal(option, error.ParamName);
            Assert.Contains("search", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Options_at_the_ends_of_their_ranges_are_taken()
    {
        await ProcessAsync(consumer => consumer
            .UseRetry(retry =>
            {
                retry.MaxRetries = 1;
                retry.Delay = TimeSpan.Zero;
                retry.MaxDelay = TimeSpan.Zero;
            })
            .UseRetry(retry =>
            {
                retry.MaxRetries = 100;
                retry.Delay = TimeSpan.FromHours(1);
                retry.MaxDelay = TimeSpan.FromHours(1);
            })
            .Handle(Failing(2)));

        Assert.Equal(3, _tries);
    }

    private static BatchContext Cancelled(CancellationCause cause, CancellationToken token) => new()
    {
        Consumer = "search",
        HostStopping = cause is CancellationCause.HostStopping ? token : default,
        LeaseLost = cause is CancellationCause.LeaseLost ? token : default,
        TimedOut = cause is CancellationCause.TimedOut ? token : default,
    };

    private sealed class CountingHandler(List<(StreamRecord, RecordContext, CountingHandler)> seen) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            seen.Add((record, context, this));
            return seen.Count < 2 ? throw new IOException() : default(ValueTask);
        }
    }

    /// <summary>Runs everything that is posted to it on one thread, as a scheduler that owns the order of things does.</summary>
    private sealed class PumpContext : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public Task RunAsync(Func<Task> work)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                var running = work();
                _ = running.ContinueWith(_ => _posted.CompleteAdding(), TaskScheduler.Default);
                foreach (var (callback, state) in _posted.GetConsumingEnumerable())
                    callback(state);
                return running;
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
