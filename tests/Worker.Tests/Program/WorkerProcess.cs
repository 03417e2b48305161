using System.Diagnostics;

namespace StreamWorker.Worker.Tests.Program;

/// <summary>Runs the built executable.</summary>
internal static class WorkerProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, params (string Key, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Longest);
        }
        catch (TimeoutException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The worker did not end within {Longest}: {await error}", e);
        }

        return (process.ExitCode, await output, await error);
    }

    public static Process Start(string[] arguments, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "streamworker.exe" : "streamworker"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
