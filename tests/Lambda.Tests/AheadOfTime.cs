using System.Diagnostics;

namespace StreamWorker.Lambda.Tests;

/// <summary>Publishes projects ahead of time compiled.</summary>
internal static class AheadOfTime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    public static string Root { get; } = FindRoot();

    /// <summary>Publishes a project.</summary>
    /// <returns>Everything that the compilers said.</returns>
    public static async Task<string> PublishAsync(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        var output = publish.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = publish.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await publish.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            publish.Kill(entireProcessTree: true);
            throw new TimeoutException($"{project} was not published within {s_patience}.", e);
        }

        var said = await output + await errors;
        return publish.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"{project} cannot be published. Compiling ahead of time needs gcc or clang, and libc6-dev.\n{said}");
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "StreamWorker.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"StreamWorker.sln is not above {AppContext.BaseDirectory}.");
    }
}
