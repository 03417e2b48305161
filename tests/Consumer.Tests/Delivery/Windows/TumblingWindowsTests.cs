using CsCheck;
using StreamWorker.Consumer.Delivery.Windows;

namespace StreamWorker.Consumer.Tests;

public sealed class TumblingWindowsTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private static DateTimeOffset At(double seconds) => s_noon.AddSeconds(seconds);

    private static TumblingWindow Window(double start) => new(At(start), At(start + 60));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(59.999, 0)]
    [InlineData(60, 60)]
    [InlineData(-0.001, -60)]
    public void T2_record_belongs_to_the_window_of_its_time_start_inclusive(double time, double start) => Assert.Equal(Window(start), TumblingWindows.Of(At(time), s_minute));

    [Fact]
    public void T2_windows_are_aligned_to_1970_in_UTC_whatever_the_offset_and_end_with_the_calendar()
    {
        var time = new DateTimeOffset(2026, 1, 31, 14, 0, 5, TimeSpan.FromHours(2));

        Assert.Equal(TumblingWindows.Of(At(5), TimeSpan.FromSeconds(7)), TumblingWindows.Of(time, TimeSpan.FromSeconds(7)));
        Assert.Equal(TimeSpan.Zero, TumblingWindows.Of(time, s_minute).Start.Offset);
        Assert.Equal(DateTimeOffset.MaxValue, TumblingWindows.Of(DateTimeOffset.FromUnixTimeSeconds(253_402_300_799), s_minute).End);
        Assert.Throws<ArgumentOutOfRangeException>(() => TumblingWindows.Of(time, TimeSpan.Zero));
    }

    [Fact]
    public void T2_windows_neither_overlap_nor_leave_a_gap()
    {
        Gen.Select(Gen.Long[0, 4_000_000_000], Gen.Int[1, 900]).Sample((second, length) =>
        {
            var (time, span) = (DateTimeOffset.FromUnixTimeSeconds(second), TimeSpan.FromSeconds(length));
            var window = TumblingWindows.Of(time, span);
            return window.Start <= time && time < window.End
                && window.End - window.Start == span
                && window.Start.ToUnixTimeSeconds() % length == 0
                && TumblingWindows.Of(window.Start, span) == window
                && TumblingWindows.Of(window.End, span).Start == window.End;
        });
    }

    [Fact]
    public void First_record_opens_its_window_and_those_of_the_same_window_go_with_it()
    {
        Assert.Equal(new WindowStep(Window(0), 2, IsComplete: false), Next(null, [At(3), At(59)]));
        Assert.Equal(new WindowStep(Window(0), 2, IsComplete: true), Next(null, [At(3), At(59), At(60)]));
        Assert.Equal(default, Next(null, []));
    }

    [Fact]
    public void T6_window_that_a_later_record_completes_may_have_no_records_left()
    {
        Assert.Equal(new WindowStep(Window(0), 0, IsComplete: true), Next(Window(0), [At(185)]));
        Assert.Equal(new WindowStep(Window(0), 0, IsComplete: false), Next(Window(0), []));
    }

    [Fact]
    public void T7_end_of_the_shard_completes_the_window()
    {
        Assert.Equal(new WindowStep(Window(0), 1, IsComplete: true), Next(Window(0), [At(5)], isShardEnd: true));
        Assert.Equal(new WindowStep(Window(0), 0, IsComplete: true), Next(Window(0), [], isShardEnd: true));
        Assert.Equal(default, Next(null, [], isShardEnd: true));
    }

    [Theory]
    [InlineData(59.9, false)]
    [InlineData(60, true)]
    public void Window_of_a_shard_that_is_quiet_is_complete_when_all_of_its_time_has_been_read(double readThrough, bool isComplete) =>
        Assert.Equal(new WindowStep(Window(0), 1, isComplete), Next(Window(0), [At(5)], readThrough: At(readThrough)));

    [Fact]
    public void T2_record_without_time_or_older_than_the_window_belongs_to_the_one_that_is_open()
    {
        Assert.Equal(new WindowStep(Window(60), 4, IsComplete: true), Next(Window(60), [null, At(59), At(-500), At(61), At(120)]));
        Assert.Equal(new WindowStep(Window(60), 3, IsComplete: false), Next(null, [null, null, At(61)]));
        Assert.Equal(new TumblingWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(1)), Next(null, [null]).Window);
    }

    [Fact]
    public void T2_T7_every_record_is_in_one_window_windows_follow_one_another_and_each_is_completed_once()
    {
        var times = Gen.Int[-5, 900].Select(second => second < 0 ? (DateTimeOffset?)null : At(second));
        Gen.Select(times.Array[0, 40], Gen.Int[1, 200], Gen.Int[1, 10]).Sample((all, length, batch) =>
        {
            var span = TimeSpan.FromSeconds(length);
            TumblingWindow? open = null;
            var completed = new List<TumblingWindow>();
            var next = 0;
            for (var turns = 0; next < all.Length || open is not null; turns++)
            {
                Assert.True(turns <= (all.Length * 2) + 2);
                var times = all.Skip(next).Take(batch).ToList();
                var step = TumblingWindows.Next(open, times, span, null, isShardEnd: next + times.Count == all.Length);
                Assert.All(times.Take(step.Count), time => Assert.False(time >= step.Window!.Value.End));
                next += step.Count;
                open = step.IsComplete ? null : step.Window;
                if (step.IsComplete)
                    completed.Add(step.Window!.Value);
            }

            Assert.Equal(all.Length, next);
            Assert.All(completed.Zip(completed.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
            Assert.Equal(all.Length == 0, completed.Count == 0);
        });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"n":1}""")]
    public void T4_open_window_is_kept_with_the_checkpoint_and_read_back(string state)
    {
        var memo = new WindowMemo(Window(60), System.Text.Encoding.UTF8.GetBytes(state));

        var read = WindowMemo.Read(memo.ToBytes())!;

        Assert.Equal(memo.Window, read.Window);
        Assert.Equal(memo.State.ToArray(), read.State.ToArray());
    }

    [Fact]
    public void Memo_of_the_largest_state_fits_and_an_empty_one_is_no_window()
    {
        Assert.True(new WindowMemo(Window(0), new byte[BatchWindow.MaximumStateLength]).ToBytes().Length <= Lease.MaximumMemoLength);
        Assert.Null(WindowMemo.Read(default));
    }

    [Fact]
    public void Memo_that_is_no_window_or_of_a_newer_version_is_refused()
    {
        var bytes = new WindowMemo(Window(0), "{}"u8.ToArray()).ToBytes();
        Assert.Contains("no open window", Assert.Throws<FormatException>(() => WindowMemo.Read(bytes.AsMemory(0, 17))).Message, StringComparison.Ordinal);
        Assert.Contains("version 2", Assert.Throws<FormatException>(() => WindowMemo.Read((byte[])[bytes[0], 2, .. bytes[2..]])).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => WindowMemo.Read((byte[])[(byte)'D', .. bytes[1..]]));
        Assert.Throws<FormatException>(() => WindowMemo.Read((byte[])[.. bytes[..2], .. bytes[10..18], .. bytes[2..10]]));
    }

    private static WindowStep Next(TumblingWindow? current, DateTimeOffset?[] times, DateTimeOffset? readThrough = null, bool isShardEnd = false) =>
        TumblingWindows.Next(current, times, s_minute, readThrough, isShardEnd);
}
