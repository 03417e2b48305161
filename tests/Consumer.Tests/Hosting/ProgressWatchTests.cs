using Microsoft.Extensions.Time.Testing;

namespace StreamWorker.Consumer.Tests;

public sealed class ProgressWatchTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ProgressWatch _watch;

    public ProgressWatchTests() => _watch = new ProgressWatch(s_patience, _time);

    [Fact]
    public void Records_that_wait_while_nothing_is_done_are_a_halt_and_any_step_ends_it()
    {
        var (first, second) = (new object(), new object());
        Assert.Null(_watch.Look(first, isWaiting: true, Now, default));
        _time.Advance(s_patience - TimeSpan.FromSeconds(1));
        Assert.Null(_watch.Look(first, isWaiting: true, Now, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("60 s", _watch.Look(first, isWaiting: true, Now, default), StringComparison.Ordinal);
        Assert.Null(_watch.Look(second, isWaiting: true, Now, default));
    }

    [Fact]
    public void Shard_without_records_is_quiet_and_not_halted_as_long_as_the_stream_answers()
    {
        var state = new object();
        for (var minute = 0; minute < 10; minute++)
        {
            _time.Advance(s_patience);
            Assert.Null(_watch.Look(state, isWaiting: false, Now, default));
        }

        var last = Now;
        _time.Advance(s_patience);
        Assert.Contains("not answered", _watch.Look(state, isWaiting: false, last, default), StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_that_waits_for_the_handler_is_not_taken_for_one_without_answers()
    {
        var last = Now;
        _time.Advance(s_patience * 3);
        Assert.Null(_watch.Look(new object(), isWaiting: true, last, default));
    }

    [Fact]
    public void Pause_before_the_next_try_is_no_halt()
    {
        var state = new object();
        _watch.Look(state, isWaiting: true, Now, default);
        _time.Advance(s_patience * 2);
        Assert.Null(_watch.Look(state, isWaiting: true, Now, pause: s_patience * 2));
    }

    private long Now => _time.GetTimestamp();
}
