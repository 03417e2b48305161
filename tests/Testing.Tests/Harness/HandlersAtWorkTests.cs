using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class HandlersAtWorkTests
{
    [Fact]
    public async Task Drain_waits_for_handlers_that_do_real_input_and_output_and_time_stands_still_meanwhile()
    {
        await using var server = new EchoServer();
        var answers = new List<byte>();
        var spent = new List<TimeSpan>();
        StreamHarness? harness = null;
        await using (harness = StreamHarness.Create(Orders.Handler(async (record, cancellationToken) =>
        {
            var before = harness!.Time.GetTimestamp();
            answers.Add(await server.AskAsync((byte)record.NewImage!.GetInt64("total"), cancellationToken));
            spent.Add(harness.Time.GetElapsedTime(before));
        })))
        {
            for (var i = 1; i <= 5; i++)
                harness.PutOrder($"o-{i}", total: i);
            await harness.DrainAsync(Orders.Cancellation);
        }

        Assert.Equal([1, 2, 3, 4, 5], answers);
        Assert.All(spent, time => Assert.Equal(TimeSpan.Zero, time));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drain_waits_for_handlers_that_leave_their_thread_and_come_back_on_another(bool runHandlersOnThreadPool)
    {
        var handled = 0;
        await using var harness = StreamHarness.Create(
            Orders.Handler(async (_, cancellationToken) =>
            {
                await Task.Yield();
                await Task.Run(() => Interlocked.Increment(ref handled), cancellationToken).ConfigureAwait(false);
                await Task.Yield();
            }),
            options: new() { RunHandlersOnThreadPool = runHandlersOnThreadPool, Table = new() { Shards = 4 } });
        for (var i = 0; i < 100; i++)
            harness.PutOrder($"o-{i}");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal((100, 100), (handled, harness.Handled.Count));
    }

    [Fact]
    public async Task Handler_that_waits_for_the_harness_clock_lets_time_pass()
    {
        var waited = TimeSpan.Zero;
        await using var harness = StreamHarness.Create(consumer => consumer.Handle(async (_, context, cancellationToken) =>
        {
            var time = context.Services.GetRequiredService<TimeProvider>();
            var before = time.GetTimestamp();
            await Task.Delay(TimeSpan.FromHours(3), time, cancellationToken);
            waited = time.GetElapsedTime(before);
        }));
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(TimeSpan.FromHours(3), waited);
        Assert.Equal(1, Assert.Single(harness.Handled).Attempts);
    }

    [Fact]
    public async Task Time_out_on_the_harness_clock_does_not_cut_off_real_input_and_output()
    {
        await using var server = new EchoServer();
        await using var harness = StreamHarness.Create(consumer => consumer.Handle(async (_, context, cancellationToken) =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(1), context.Services.GetRequiredService<TimeProvider>());
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await server.AskAsync(1, both.Token);
        }));
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Empty(harness.Retried);
    }

    [Fact]
    public async Task Time_out_of_a_handler_that_hangs_is_reached_with_Advance()
    {
        var isHanging = true;
        await using var harness = StreamHarness.Create(consumer => consumer.Handle(async (_, context, cancellationToken) =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), context.Services.GetRequiredService<TimeProvider>());
            if (isHanging)
                await new TaskCompletionSource().Task.WaitAsync(limit.Token);
        }));
        harness.PutOrder("o-1");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(29), Orders.Cancellation);
        Assert.Empty(harness.Deliveries);
        isHanging = false;
        await harness.AdvanceAsync(TimeSpan.FromSeconds(2), Orders.Cancellation);
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Failed", "o-1 Handled"], harness.Deliveries.Lines());
        Assert.IsType<TaskCanceledException>(harness.Deliveries[0].Error);
    }

    [Fact]
    public async Task Drain_that_is_cancelled_names_the_records_of_a_handler_that_never_ends()
    {
        using var enough = new CancellationTokenSource();
        await using var harness = StreamHarness.Create(Orders.Handler((record, cancellationToken) =>
        {
            if (Orders.IdOf(record) == "o-1")
                return default;
            _ = enough.CancelAsync();
            return new ValueTask(new TaskCompletionSource().Task.WaitAsync(cancellationToken));
        }));
        harness.PutOrder("o-1");
        var record = harness.PutOrder("o-2");
        harness.PutOrder("o-3");
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.DrainAsync(enough.Token));
        Assert.Equal(enough.Token, error.CancellationToken);
        Assert.Equal(
            $$"""
            DrainAsync was cancelled while a batch was with the consumer:
              Insert of {"id":"o-2"} ({{record.Shard}}, {{record.SequenceNumber}}) and 1 more, attempt 1
            Time stands still while a handler waits for anything but the harness's clock. A time-out on that clock is reached with AdvanceAsync.
            """,
            error.Message);
        Assert.Equal(["o-1"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Drain_that_is_cancelled_says_when_a_handler_keeps_its_thread()
    {
        using var enough = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        await using (var harness = StreamHarness.Create(Orders.Handler((_, _) =>
        {
            _ = enough.CancelAsync();
            release.Wait(TestContext.Current.CancellationToken);
            return default;
        })))
        {
            harness.PutOrder("o-1");
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.DrainAsync(enough.Token));
            Assert.EndsWith(
                "A handler keeps its thread: it computes, or it blocks until a task has ended that needs this thread. With StreamHarnessOptions.RunHandlersOnThreadPool it may block.",
                error.Message,
                StringComparison.Ordinal);
        }

        release.Set();
    }

    [Fact]
    public async Task Handler_that_blocks_until_its_own_task_has_ended_runs_on_the_thread_pool()
    {
        await using var harness = StreamHarness.Create(
            Orders.Handler((_, _) =>
            {
#pragma warning disable xUnit1031, VSTHRD002 // this is what is tested
                SlowAsync().Wait(CancellationToken.None);
#pragma warning restore xUnit1031, VSTHRD002
                return default;
            }),
            options: new() { RunHandlersOnThreadPool = true });
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1"], harness.Handled.Ids());

        static async Task SlowAsync() => await Task.Yield();
    }

    [Fact]
    public async Task Drain_that_was_cancelled_can_be_gone_on_with()
    {
        using var enough = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        await using var harness = StreamHarness.Create(Orders.Handler((_, _) =>
        {
            _ = enough.CancelAsync();
            return new ValueTask(release.Task);
        }));
        harness.PutOrder("o-1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.DrainAsync(enough.Token));
        release.SetResult();
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Harness_that_runs_cannot_be_run_from_a_handler()
    {
        StreamHarness? harness = null;
        await using (harness = StreamHarness.Create(Orders.Handler(async (_, cancellationToken) => await harness!.DrainAsync(cancellationToken)), options: new() { MaximumAttempts = 1 }))
        {
            harness.PutOrder("o-1");
            await harness.SettleAsync(Orders.Cancellation);
            Assert.Equal("DrainAsync: the harness is running already. Await one call before the next one, and make none from within a handler.", Assert.Single(harness.Failed[0].Errors).Message);
        }
    }
}
