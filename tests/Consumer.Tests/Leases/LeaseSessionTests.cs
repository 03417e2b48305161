namespace StreamWorker.Consumer.Tests;

/// <summary>Until when a worker counts on its leases, by two clocks of which each can lack time.</summary>
public sealed class LeaseSessionTests
{
    private static readonly TimeSpan s_validity = TimeSpan.FromSeconds(9);

    private readonly TwoClocks _clocks = new();
    private readonly LeaseSession _session;

    public LeaseSessionTests()
    {
        _session = new LeaseSession(new WorkerIdentity("one", "a"), TimeSpan.FromSeconds(3), _clocks);
        _session.Extend(_clocks.GetTimestamp(), _clocks.GetUtcNow(), s_validity);
    }

    [Theory]
    [InlineData(8.9, 8.9, true)]
    [InlineData(9, 9, false)]
    [InlineData(8.9, 6.5, true)]
    [InlineData(9, 6.5, false)]
    [InlineData(6.5, 8.9, true)]
    [InlineData(6.5, 9, false)]
    public void Session_is_as_old_as_the_clock_says_that_says_more(double monotonic, double wall, bool isValid)
    {
        _clocks.Pass(monotonic, wall);
        Assert.Equal(isValid, _session.IsValid);
        Assert.Equal(Math.Max(0, 9 - Math.Max(monotonic, wall)), _session.Remaining.TotalSeconds, 6);
    }

    [Theory]
    [InlineData(1, 4.1)]
    [InlineData(4.1, 1)]
    public void Clocks_that_run_away_from_each_other_are_a_suspended_machine(double monotonic, double wall)
    {
        _clocks.Pass(monotonic, wall);
        Assert.True(_session.WasSuspended);
        Assert.False(_session.IsValid);
    }

    private sealed class TwoClocks : TimeProvider
    {
        private double _monotonic = 1000;
        private double _wall;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(double monotonic, double wall) => (_monotonic, _wall) = (_monotonic + monotonic, _wall + wall);

        public override long GetTimestamp() => TimeSpan.FromSeconds(_monotonic).Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(_wall);
    }
}
