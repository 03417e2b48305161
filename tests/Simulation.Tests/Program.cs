using System.Globalization;
using StreamWorker.Simulation.Hunt;
using Xunit.MicrosoftTestingPlatform;

namespace StreamWorker.Simulation;

/// <summary>Runs the tests; with <c>--hunt</c> random runs without end, with <c>--replay</c> one of them with everything that happens.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--hunt", ..])
            return new Hunter(Console.Out, args.Contains("--operated")).Run(Number(args, "--from", 1), (long)Number(args, "--count", long.MaxValue), TimeSpan.FromSeconds(Number(args, "--seconds", 60)), (int)Number(args, "--workers", 1)) == 0 ? 0 : 1;
        if (args is ["--replay", var seed, ..])
            return Replay(ulong.Parse(seed, CultureInfo.InvariantCulture), Without(args), args.Contains("--operated"));
        return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }

    private static int Replay(ulong seed, IReadOnlySet<int> without, bool isOperated)
    {
        var result = RandomWorld.Run(seed, without, isWritten: true, isOperated: isOperated);
        foreach (var line in result.Notes.Concat(result.History.Lines))
            Console.Out.WriteLine(line);
        Console.Out.WriteLine($"history {result.History.Hash:x16}, {result.Tally.Counts["steps"]} steps; {result.Failure?.Message ?? "nothing was broken"}");
        return result.Failure is null ? 0 : 1;
    }

    private static ulong Number(string[] args, string name, ulong otherwise) => After(args, name) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static HashSet<int> Without(string[] args) => After(args, "--without") is { } text ? [.. text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))] : [];

    private static string? After(string[] args, string name) => Array.IndexOf(args, name) is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
