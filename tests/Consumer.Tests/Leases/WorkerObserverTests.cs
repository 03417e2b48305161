namespace StreamWorker.Consumer.Tests;

public sealed class WorkerObserverTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(3);

    private readonly ArmedClock _clock = new();
    private readonly WorkerObserver _observer;

    public WorkerObserverTests() => _observer = new WorkerObserver(s_duration, _clock);

    [Fact]
    public void Worker_at_first_sight_counts_as_fresh_however_old_its_heartbeat_is()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(Look(Row(7)));
    }

    [Fact]
    public void Worker_seen_unchanged_for_a_lease_duration_is_silent()
    {
        Look(Row(7));
        _clock.Advance(s_duration - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Look(Row(7)));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("one", Assert.Single(Look(Row(7))).Worker.Incarnation);
    }

    [Fact]
    public void Worker_with_a_new_heartbeat_is_fresh_again()
    {
        Look(Row(7));
        _clock.Advance(s_duration);
        Assert.Empty(Look(Row(8)));
        _clock.Advance(s_duration - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Look(Row(8)));
    }

    [Fact]
    public void Worker_that_has_been_away_counts_as_fresh_when_it_is_seen_again()
    {
        Look(Row(7));
        Look();
        _clock.Advance(s_duration);
        Assert.Empty(Look(Row(7)));
    }

    [Fact]
    public void Worker_of_the_same_name_with_another_incarnation_is_another_worker()
    {
        Look(Row(7));
        _clock.Advance(s_duration);
        Assert.Equal("one", Assert.Single(Look(Row(7), Row(7, "two"))).Worker.Incarnation);
    }

    [Fact]
    public void Worker_is_not_silent_by_a_listing_that_was_asked_for_too_early_however_late_it_comes()
    {
        Look(Row(7));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        var askedAt = _clock.GetTimestamp();
        _clock.Advance(2 * s_duration);
        Assert.Empty(_observer.Observe([Row(7)], askedAt));
    }

    [Fact]
    public void Worker_seen_in_a_late_listing_counts_from_its_end()
    {
        var askedAt = _clock.GetTimestamp();
        _clock.Advance(s_duration);
        _observer.Observe([Row(7)], askedAt);
        Assert.Empty(Look(Row(7)));
    }

    [Fact]
    public void Wall_clock_that_jumps_makes_nobody_silent()
    {
        Look(Row(7));
        _clock.WallJump = TimeSpan.FromHours(1);
        Assert.Empty(Look(Row(7)));
    }

    private IReadOnlyList<WorkerRow> Look(params WorkerRow[] rows) => _observer.Observe(rows, _clock.GetTimestamp());

    private static WorkerRow Row(long beat, string incarnation = "one") => new(new WorkerIdentity("worker", incarnation), beat, false);
}
