namespace StreamWorker.Simulation;

/// <summary>An invariant was broken.</summary>
internal sealed class InvariantViolationException(Violation violation) : Exception($"{violation.Rule} at {violation.At.TotalSeconds:F3} s: {violation.What}")
{
    public string Rule => violation.Rule;
}

/// <summary>A run failed. Its seed repeats it exactly.</summary>
internal sealed class SimulationFailedException(ulong seed, Exception cause, IReadOnlyList<string> history)
    : Exception($"Seed {seed}: {cause.Message}\nThe last of {history.Count} lines of its history:\n{string.Join('\n', history.TakeLast(MostLines))}", cause)
{
    private const int MostLines = 150;

    public ulong Seed => seed;

    public IReadOnlyList<string> History => history;
}
