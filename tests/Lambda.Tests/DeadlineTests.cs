using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Lambda.Invocations;

namespace StreamWorker.Lambda.Tests;

/// <summary>A function time-out of 10 s and a margin of 2 s: stopped at 8 s, answered at 9 s.</summary>
public sealed class DeadlineTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(s_start);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Batch_is_stopped_before_the_deadline_and_what_was_handled_counts_A17()
    {
        await using var function = await StartAsync(async token => await _release.Task.WaitAsync(token));
        var invocation = Invoke(function);
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(7.999));
        Assert.False(invocation.Answered.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal(Events.Failures(3), await invocation.ResponseAsync());
        Assert.Contains("Stopped, because the deadline is near, with 2 of 5 records handled", function.Output.Text, StringComparison.Ordinal);
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
    }

    [Fact]
    public async Task Stopped_batch_fails_the_invocation_where_the_mapping_does_not_read_lists_A18()
    {
        await using var function = await StartAsync(async token => await _release.Task.WaitAsync(token), FailureReporting.InvocationError);
        var invocation = Invoke(function);
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(8));

        Assert.Equal("error", (await invocation.AnswerAsync()).What);
    }

    [Fact]
    public async Task Handler_that_ignores_its_token_is_answered_without_and_waited_for_A17()
    {
        await using var function = await StartAsync(async _ => await _release.Task);
        var invocation = Invoke(function);
        var next = function.Api.Invoke(Events.Batch(1));
        await function.Api.AskedAsync();
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.False(invocation.Answered.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Events.Failures(3), await invocation.ResponseAsync());
        await function.Output.WaitForAsync("Waiting for the handler");
        Assert.False(function.Api.HasAsked);
        _release.SetResult();
        Assert.Equal(Events.Nothing, await next.ResponseAsync());
    }

    [Fact]
    public async Task Handler_that_blocks_its_thread_is_answered_without_A17()
    {
        using var unblock = new ManualResetEventSlim();
        await using var function = await StartAsync(_ =>
        {
            unblock.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
        var invocation = Invoke(function);
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(Events.Failures(3), await invocation.ResponseAsync());
        unblock.Set();
    }

    [Fact]
    public async Task Handler_that_is_still_at_work_at_the_deadline_ends_the_function()
    {
        await using var function = await StartAsync(async _ => await _release.Task);
        var invocation = Invoke(function);
        await function.Api.AskedAsync();
        await _reached.Task;
        _time.Advance(TimeSpan.FromSeconds(9));
        await invocation.ResponseAsync();
        await function.Output.WaitForAsync("Waiting for the handler");

        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<HandlerOverrunException>(() => function.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(function.Api.HasAsked);
    }

    [Fact]
    public async Task Handler_that_ignores_its_token_holds_only_its_own_loop_A14()
    {
        await using var function = await StartAsync(async _ => await _release.Task, concurrency: "2");
        var invocation = Invoke(function);
        await _reached.Task;
        _time.Advance(TimeSpan.FromSeconds(9));
        await invocation.ResponseAsync();
        await function.Output.WaitForAsync("Waiting for the handler");

        _time.Advance(TimeSpan.FromMinutes(5));

        for (var i = 0; i < 3; i++)
            Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
        Assert.False(function.Completion.IsCompleted);
        _release.SetResult();
        await function.Output.WaitForAsync("has ended");
    }

    [Fact]
    public async Task Batch_handler_that_ignores_its_token_is_answered_with_what_it_has_reported_A17()
    {
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => consumer.HandleBatch<ReportingHandler>().Services.Add(new(typeof(DeadlineTests), this)),
            options => options.DeadlineMargin = TimeSpan.FromSeconds(2),
            _time);
        var invocation = Invoke(function);
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(Events.Failures(4), await invocation.ResponseAsync());
        _release.SetResult();
    }

    [Fact]
    public async Task Margin_takes_at_most_half_of_the_time_there_is()
    {
        await using var function = await StartAsync(async token => await _release.Task.WaitAsync(token));
        var invocation = Invoke(function, TimeSpan.FromSeconds(1));
        await _reached.Task;

        _time.Advance(TimeSpan.FromSeconds(0.499));
        Assert.False(invocation.Answered.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal(Events.Failures(3), await invocation.ResponseAsync());
    }

    [Fact]
    public async Task Invocation_that_is_over_when_it_arrives_is_answered_and_not_begun()
    {
        await using var function = await StartAsync(_ => throw new InvalidOperationException("not to be reached"));

        Assert.Equal(Events.Failures(1), await Invoke(function, TimeSpan.FromSeconds(-1)).ResponseAsync());
        Assert.Contains("deadline had passed", function.Output.Text, StringComparison.Ordinal);
        Assert.False(_reached.Task.IsCompleted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    public async Task Invocation_without_deadline_is_never_stopped_A3(string? header)
    {
        await using var function = await StartAsync(async token => await _release.Task.WaitAsync(token));
        var invocation = function.Api.Invoke(Events.Batch(5), next =>
        {
            if (header is not null)
                next.Headers["Lambda-Runtime-Deadline-Ms"] = header;
        });
        await _reached.Task;

        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(invocation.Answered.Task.IsCompleted);
        _release.SetResult();

        Assert.Equal(Events.Nothing, await invocation.ResponseAsync());
    }

    [Theory]
    [InlineData(10_000, 2_000, 8_000, 9_000)]
    [InlineData(1_000, 2_000, 500, 750)]
    [InlineData(4_000, 2_000, 2_000, 3_000)]
    [InlineData(0, 2_000, 0, 0)]
    [InlineData(-5, 2_000, 0, 0)]
    public void Moments_are_counted_from_the_arrival(int left, int margin, int stop, int answer)
    {
        var deadline = InvocationDeadline.Of(s_start.AddMilliseconds(left), TimeSpan.FromMilliseconds(margin), s_start);

        Assert.Equal(new InvocationDeadline(TimeSpan.FromMilliseconds(stop), TimeSpan.FromMilliseconds(answer)), deadline);
        Assert.Equal(left <= 0, deadline.IsOver);
    }

    [Fact]
    public void Deadline_that_no_timer_can_hold_is_none()
    {
        Assert.Equal(InvocationDeadline.None, InvocationDeadline.Of(DateTimeOffset.MaxValue, TimeSpan.FromSeconds(1), s_start));
        Assert.False(InvocationDeadline.None.IsOver);
    }

    [Fact]
    public void Progress_counts_from_the_start_without_a_gap_whatever_the_order()
    {
        using var page = RecordPage.Parse(System.Text.Encoding.UTF8.GetBytes(Events.Batch(4)));
        var progress = new BatchProgress(page.Records);

        progress.Report(page.Records[2]);
        progress.Report(page.Records[1]);
        Assert.Equal(0, progress.Handled);
        progress.Report(page.Records[0]);
        Assert.Equal(3, progress.Handled);
        progress.Report(page.Records[0]);
        progress.Report(page.Records[3].Detach());
        Assert.Equal(3, progress.Handled);
        progress.Report(page.Records[3]);
        Assert.Equal(4, progress.Handled);
    }

    /// <summary>Starts a function that does something with the third record of the first batch, and nothing with the others.</summary>
    private Task<FunctionUnderTest> StartAsync(Func<CancellationToken, Task> withTheThird, FailureReporting reporting = FailureReporting.BatchItemFailures, string? concurrency = null) =>
        FunctionUnderTest.StartAsync(
            consumer => consumer.Handle(async (record, _, cancellationToken) =>
            {
                if (record.SequenceNumber.ToString() != Events.Number(3))
                    return;
                _reached.TrySetResult();
                await withTheThird(cancellationToken);
            }),
            options =>
            {
                options.DeadlineMargin = TimeSpan.FromSeconds(2);
                options.FailureReporting = reporting;
            },
            _time,
            concurrency is null ? [] : [("AWS_LAMBDA_MAX_CONCURRENCY", concurrency)]);

    private FakeInvocation Invoke(FunctionUnderTest function, TimeSpan? timeLeft = null) => function.Api.Invoke(Events.Batch(5), next =>
    {
        var deadline = _time.GetUtcNow() + (timeLeft ?? TimeSpan.FromSeconds(10));
        next.Headers["Lambda-Runtime-Deadline-Ms"] = deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
    });

    /// <summary>Reports three records and then hears nothing.</summary>
    private sealed class ReportingHandler(DeadlineTests test) : IBatchHandler
    {
        public async ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            foreach (var record in records.Take(3))
                context.Progress!.Report(record);
            test._reached.SetResult();
            await test._release.Task;
            return [];
        }
    }
}
