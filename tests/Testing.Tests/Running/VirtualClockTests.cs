using StreamWorker.Testing.Running;

namespace StreamWorker.Testing.Tests.Running;

public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly VirtualClock _clock = new(Start);
    private readonly List<string> _fired = [];

    [Fact]
    public void Clock_stands_still_until_it_is_told_to_move()
    {
        Assert.Equal(Start, _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Start.AddSeconds(3), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(3), _clock.GetElapsedTime(Start.UtcTicks));
        Assert.Equal(_clock.GetUtcNow(), _clock.GetLocalNow());
    }

    [Fact]
    public void Clock_moves_no_further_than_to_the_next_timer()
    {
        Arm("a", 2);
        Arm("b", 5);
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.UntilNext);
        _clock.Advance(TimeSpan.FromMinutes(1));
        AssertAt(2, next: 3, "a");
        _clock.Advance(TimeSpan.FromSeconds(1));
        AssertAt(3, next: 2, "a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        AssertAt(5, next: null, "a", "b");
    }

    [Fact]
    public void Timers_that_are_due_together_fire_in_the_order_in_which_they_were_armed()
    {
        Arm("a", 2);
        var moved = Arm("b", 2);
        Arm("c", 2);
        moved.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["a", "c", "b"], _fired);
    }

    [Fact]
    public void Timer_that_another_one_disposes_of_or_moves_at_the_same_moment_does_not_fire()
    {
        ITimer? disposed = null;
        ITimer? moved = null;
        _clock.CreateTimer(
            _ =>
            {
                disposed!.Dispose();
                moved!.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            },
            null,
            TimeSpan.FromSeconds(2),
            Timeout.InfiniteTimeSpan);
        disposed = Arm("disposed", 2);
        moved = Arm("moved", 2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        AssertAt(2, next: 1);
        Assert.False(disposed.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Timer_that_is_armed_by_another_one_fires_at_the_next_advance()
    {
        _clock.CreateTimer(_ => Arm("later", 0), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_fired);
        _clock.Advance(TimeSpan.FromSeconds(2));
        AssertAt(2, next: null, "later");
    }

    [Fact]
    public void Periodic_timer_fires_at_each_period_until_it_is_stopped()
    {
        var timer = Arm("a", 1, period: 2);
        for (var i = 0; i < 3; i++)
            _clock.Advance(TimeSpan.FromMinutes(1));
        AssertAt(5, next: 2, "a", "a", "a");
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.Null(_clock.UntilNext);
    }

    [Fact]
    public async Task Delays_and_timeouts_of_the_framework_run_on_the_clock()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _clock, TestContext.Current.CancellationToken);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1), _clock);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(timeout.IsCancellationRequested);
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromDays(1));
        await delay;
    }

    [Fact]
    public void View_has_the_same_time_and_its_timers_end_with_it()
    {
        var view = new ClockView(_clock);
        var timer = view.CreateTimer(_ => _fired.Add("view"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Arm("clock", 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["view", "clock"], _fired);
        Assert.Equal((_clock.GetUtcNow(), _clock.GetTimestamp(), _clock.TimestampFrequency), (view.GetUtcNow(), view.GetTimestamp(), view.TimestampFrequency));
        view.Stop();
        Assert.Null(_clock.UntilNext);
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        Arm(view, "late", 1);
        Assert.Null(_clock.UntilNext);
    }

    private void AssertAt(double seconds, double? next, params string[] fired)
    {
        Assert.Equal(fired, _fired);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.GetUtcNow() - Start);
        Assert.Equal(next, _clock.UntilNext?.TotalSeconds);
    }

    private ITimer Arm(string name, double seconds, double? period = null) => Arm(_clock, name, seconds, period);

    private ITimer Arm(TimeProvider clock, string name, double seconds, double? period = null) =>
        clock.CreateTimer(_ => _fired.Add(name), null, TimeSpan.FromSeconds(seconds), period is { } value ? TimeSpan.FromSeconds(value) : Timeout.InfiniteTimeSpan);
}
