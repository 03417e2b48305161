using System.Diagnostics;
using StreamWorker.Tests.Shared;

namespace StreamWorker.Worker.Tests.Samples;

/// <summary>Runs ./quickstart as a newcomer does. Alone: it builds, and keeps both processors busy.</summary>
[CollectionDefinition(nameof(QuickstartTests), DisableParallelization = true)]
[Collection(nameof(QuickstartTests))]
public sealed class QuickstartTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Bounded_run_survives_a_kill_and_every_change_arrives()
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "quickstart"), ["--seconds", "10"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var lines = (await output).Split('\n');
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}\n{await output}\n{await error}");
        Assert.Contains(lines, line => line.Contains("kill -9", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Nothing was lost", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("  INSERT  id: \"order-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--seconds", "soon")]
    [InlineData("--second", "20")]
    public async Task Wrong_use_is_said_and_starts_nothing(string option, string value)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "quickstart"), [option, value]) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;

        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Longest);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("quickstart: ", error);
    }
}
