using System.Diagnostics;

namespace StreamWorker.Tests.Shared;

/// <summary>Waits for something that another process does and that announces itself to nobody, with a bound.</summary>
internal static class Eventually
{
    /// <summary>Asks until the answer is true.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan bound, Func<string> otherwise)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > bound)
                throw new TimeoutException($"Not within {bound}: {otherwise()}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
