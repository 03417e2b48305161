namespace StreamWorker.Consumer;

/// <summary>How long to wait before something that failed is tried again.</summary>
internal static class Backoff
{
    /// <summary>Gives the pause after a failure: doubling from the first, capped, and then between a half and the whole of that.</summary>
    /// <param name="failures">How often it has failed in a row, from 1.</param>
    /// <param name="first">The pause after the first failure.</param>
    /// <param name="longest">The longest pause.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public static TimeSpan Next(int failures, TimeSpan first, TimeSpan longest, double jitter)
    {
        var doublings = Math.Min(failures - 1, 30);
        var ticks = Math.Min(first.Ticks * Math.Pow(2, doublings), longest.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (0.5 + (jitter / 2))));
    }
}
