namespace StreamWorker.Simulation;

/// <summary>An invariant was broken.</summary>
internal sealed class InvariantViolationException(Violation violation) : Exception($"{violation.Rule} at {violation.At.TotalSeconds:F3} s: {violation.What}")
{
    public string Rule => violation.Rule;
}

/// <summary>How a run ended.</summary>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="Notes">What it was like, and what was to go wrong.</param>
/// <param name="History">What happened.</param>
/// <param name="Tally">What it came to.</param>
internal sealed record SimulationResult(Exception? Failure, IReadOnlyList<string> Notes, History History, Tally Tally);

/// <summary>A run failed. Its seed repeats it exactly.</summary>
internal sealed class SimulationFailedException(ulong seed, SimulationResult result) : Exception(Describe(seed, result), result.Failure)
{
    private const int MostLines = 150;

    private static string Describe(ulong seed, SimulationResult result) =>
        $"""
        Seed {seed}: {result.Failure?.Message}
        {string.Join('\n', result.Notes)}
        The last of {result.History.Lines.Count} lines of its history:
        {string.Join('\n', result.History.Lines.TakeLast(MostLines))}
        """;
}
