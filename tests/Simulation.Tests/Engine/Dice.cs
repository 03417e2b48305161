namespace StreamWorker.Simulation;

/// <summary>The only source of chance in a run: SplitMix64, so that a seed means the same on every version of .NET.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Gives a source of its own for one purpose: how much is drawn from it changes nothing elsewhere.</summary>
    public Dice Fork(ulong purpose) => new(Bits() ^ (purpose * 0x9e3779b97f4a7c15UL));

    public ulong Bits()
    {
        _state += 0x9e3779b97f4a7c15UL;
        var bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9UL;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebUL;
        return bits ^ (bits >> 31);
    }

    /// <summary>Gives a number from 0 to one below the limit.</summary>
    public int Below(int limit) => (int)(((Bits() >> 32) * (ulong)limit) >> 32);

    /// <summary>Gives a number between two, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Fraction());

    /// <summary>Gives a number from 0 to 1.</summary>
    public double Fraction() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
