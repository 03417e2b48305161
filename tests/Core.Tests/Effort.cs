using System.Globalization;

namespace StreamWorker.Core.Tests;

/// <summary>How many cases a test of a law tries.</summary>
/// <remarks><c>STREAMWORKER_TEST_EFFORT</c> scales them all: below 1 where the same tests run thousands of times, as under mutation, above 1 for a longer search.</remarks>
internal static class Effort
{
    private static readonly double s_scale =
        double.TryParse(Environment.GetEnvironmentVariable("STREAMWORKER_TEST_EFFORT"), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) ? scale : 1;

    public static int Of(int cases) => (int)Math.Max(1, cases * s_scale);
}
