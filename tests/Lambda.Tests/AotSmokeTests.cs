using System.Diagnostics;

namespace StreamWorker.Lambda.Tests;

/// <summary>All of Core, DynamoDb and Lambda, compiled ahead of time: every member is kept and looked at, and what Core offers is run.</summary>
[Collection(BootstrapSuite.Name)]
public sealed class AotSmokeTests(BootstrapFixture bootstrap)
{
    [Fact]
    public void Whole_libraries_are_compiled_without_trimming_or_AOT_warnings()
    {
        Assert.Contains("Generating native code", bootstrap.SmokePublishOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", bootstrap.SmokePublishOutput, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_Core_offers_works_when_compiled_ahead_of_time()
    {
        var start = new ProcessStartInfo(bootstrap.SmokeExecutable) { RedirectStandardOutput = true, UseShellExecute = false };
        using var smoke = Process.Start(start)!;
        var output = await smoke.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await smoke.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(smoke.ExitCode == 0, output);
        Assert.Equal(13, output.Split('\n').Count(line => line.StartsWith("right: ", StringComparison.Ordinal)));
    }
}
