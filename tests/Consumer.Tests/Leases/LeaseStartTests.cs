namespace StreamWorker.Consumer.Tests;

public sealed class LeaseStartTests
{
    [Fact]
    public void Start_at_the_horizon_survives_being_stored()
    {
        Assert.Equal("TRIM_HORIZON", LeaseStart.TrimHorizon.ToString());
        Assert.Equal(LeaseStart.TrimHorizon, LeaseStart.Parse("TRIM_HORIZON"));
        Assert.Null(LeaseStart.TrimHorizon.FromTime);
    }

    [Fact]
    public void Start_from_a_time_survives_being_stored()
    {
        var start = LeaseStart.From(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero));
        Assert.Equal("FROM_TIME:2026-01-31T12:00:00.1230000+00:00", start.ToString());
        Assert.Equal(start, LeaseStart.Parse(start.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("LATEST")]
    [InlineData("FROM_TIME:")]
    [InlineData("FROM_TIME:soon")]
    public void Text_that_is_no_start_is_refused_S74_and_LATEST_is_none(string text) => Assert.Throws<FormatException>(() => LeaseStart.Parse(text));
}
