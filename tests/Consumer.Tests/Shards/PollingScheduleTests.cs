using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class PollingScheduleTests
{
    private static readonly TimeSpan s_cap = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1000, 100, false)]
    [InlineData(2, 900_000, false)]
    [InlineData(5, 100, true)]
    [InlineData(0, 2, true)]
    public void Schedule_S79_does_not_pause_after_a_full_page_or_in_a_closed_shard(int records, int bytes, bool isClosed) =>
        Assert.Equal(TimeSpan.Zero, PollingSchedule.Next(records, bytes, records == 0 ? 50 : 0, isClosed, true, s_cap));

    [Fact]
    public void Schedule_S79_reads_soon_again_after_records() => Assert.Equal(TimeSpan.FromMilliseconds(100), PollingSchedule.Next(1, 500, 0, false, true, s_cap));

    [Theory]
    [InlineData(1, 250)]
    [InlineData(5, 250)]
    [InlineData(6, 500)]
    [InlineData(7, 1000)]
    [InlineData(9, 4000)]
    [InlineData(10, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void Schedule_S20_takes_the_first_empty_pages_for_a_gap_and_then_slows_down_to_the_cap(int emptyPages, double milliseconds) =>
        Assert.Equal(milliseconds, PollingSchedule.Next(0, 40, emptyPages, false, true, s_cap).TotalMilliseconds, 3);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(3, 100)]
    [InlineData(4, 250)]
    [InlineData(6, 500)]
    public void Schedule_reads_the_beginning_of_a_shard_as_if_it_had_records(int emptyPages, double milliseconds) =>
        Assert.Equal(milliseconds, PollingSchedule.Next(0, 40, emptyPages, false, false, s_cap).TotalMilliseconds, 3);

    [Fact]
    public void Schedule_never_exceeds_the_cap_and_never_speeds_up_while_nothing_comes() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[250, 60_000], Gen.Bool).Sample((emptyPages, cap, isBegun) =>
        {
            var longest = TimeSpan.FromMilliseconds(cap);
            var pause = PollingSchedule.Next(0, 40, emptyPages, false, isBegun, longest);
            return pause <= longest && pause <= PollingSchedule.Next(0, 40, emptyPages + 1, false, isBegun, longest);
        });
}
