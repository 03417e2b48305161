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
        {
            if (RandomWorld.Run(seed).Failure is not null)
                throw new SimulationFailedException(seed, RandomWorld.Run(seed, isWritten: true));
        }
    }

    [Fact]
    public void No_seed_breaks_an_invariant_under_pauses_and_resets()
    {
        for (ulong seed = 1; seed <= SeedsPerTest; seed++)
        {
            if (RandomWorld.Run(seed, isOperated: true).Failure is not null)
                throw new SimulationFailedException(seed, RandomWorld.Run(seed, isWritten: true, isOperated: true));
        }
    }
}
