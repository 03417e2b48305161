namespace StreamWorker.Simulation;

/// <summary>Counts what a run came to, so that it can be seen whether random runs come to what they are meant to.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Add(string what, long count = 1) => _counts[what] = _counts.GetValueOrDefault(what) + count;

    public void Add(Tally other)
    {
        foreach (var (what, count) in other._counts)
            Add(what, count);
    }
}
