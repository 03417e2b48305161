using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class BackoffTests
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 1000)]
    [InlineData(3, 2000)]
    [InlineData(7, 32_000)]
    [InlineData(8, 60_000)]
    [InlineData(int.MaxValue, 60_000)]
    public void Backoff_without_luck_doubles_up_to_the_longest_pause(int failures, double milliseconds) =>
        Assert.Equal(milliseconds, Backoff.Next(failures, s_first, s_longest, 1).TotalMilliseconds, 3);

    [Fact]
    public void Backoff_with_all_luck_is_half_of_the_pause() => Assert.Equal(TimeSpan.FromSeconds(1), Backoff.Next(3, s_first, s_longest, 0));

    [Fact]
    public void Backoff_R6_fits_eight_attempts_into_a_minute()
    {
        var worst = Enumerable.Range(1, 7).Aggregate(TimeSpan.Zero, (sum, failures) => sum + Backoff.Next(failures, s_first, s_longest, 0.5));
        Assert.True(worst < TimeSpan.FromMinutes(1), $"{worst}");
    }

    [Fact]
    public void Backoff_is_between_half_and_the_whole_of_a_capped_doubling() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 100_000], Gen.Int[1, 10_000_000], Gen.Double[0, 1]).Sample((failures, first, longest, jitter) =>
        {
            var (shortest, cap) = (TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(Math.Max(first, longest)));
            var pause = Backoff.Next(failures, shortest, cap, jitter);
            return pause >= shortest / 2 && pause <= cap && pause <= Backoff.Next(failures + 1, shortest, cap, 1);
        });

    [Fact]
    public void Backoff_with_more_failures_is_never_shorter() =>
        Gen.Select(Gen.Int[1, 80], Gen.Double[0, 1]).Sample((failures, jitter) =>
            Backoff.Next(failures + 1, s_first, s_longest, jitter) >= Backoff.Next(failures, s_first, s_longest, jitter));
}
