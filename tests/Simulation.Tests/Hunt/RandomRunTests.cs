namespace StreamWorker.Simulation.Hunt;

/// <summary>Random runs: the same seeds every time, so that a change which breaks one of them is seen at once. More of them: <c>tools/simulate</c>.</summary>
public sealed class RandomRunTests
{
    private const int SeedsPerTest = 250;

    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void No_seed_breaks_an_invariant(int part)
    {
        for (var seed = (ulong)(part * SeedsPerTest) + 1; seed <= (ulong)((part + 1) * SeedsPerTest); seed++)
            AssertHolds(seed);
    }

    [Theory]
    [InlineData(3011032)]
    [InlineData(3036087)]
    [InlineData(3046068)]
    [InlineData(3230982)]
    [InlineData(3261865)]
    [InlineData(3354120)]
    [InlineData(3451706)]
    [InlineData(5002898)]
    [InlineData(5005744)]
    [InlineData(7057749)]
    [InlineData(14000015)]
    public void Seed_that_broke_an_invariant_once_does_not_any_more(ulong seed) => AssertHolds(seed);

    private static void AssertHolds(ulong seed)
    {
        if (RandomWorld.Run(seed).Failure is not null)
            throw new SimulationFailedException(seed, RandomWorld.Run(seed, isWritten: true));
    }

    [Fact]
    public void No_seed_breaks_an_invariant_under_pauses_and_resets()
    {
        for (ulong seed = 1; seed <= SeedsPerTest; seed++)
            AssertHoldsWhenOperated(seed);
    }

    [Theory]
    [InlineData(13001005)]
    [InlineData(13002887)]
    [InlineData(13003955)]
    [InlineData(13004133)]
    [InlineData(13004705)]
    [InlineData(15002308)]
    [InlineData(15002902)]
    [InlineData(15003676)]
    [InlineData(15004998)]
    [InlineData(16002871)]
    [InlineData(16003934)]
    [InlineData(16004990)]
    [InlineData(17005738)]
    [InlineData(17026272)]
    public void Seed_that_broke_an_invariant_under_pauses_and_resets_once_does_not_any_more(ulong seed) => AssertHoldsWhenOperated(seed);

    private static void AssertHoldsWhenOperated(ulong seed)
    {
        if (RandomWorld.Run(seed, isOperated: true).Failure is not null)
            throw new SimulationFailedException(seed, RandomWorld.Run(seed, isWritten: true, isOperated: true));
    }
}
