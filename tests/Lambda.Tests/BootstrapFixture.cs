using System.Diagnostics;

namespace StreamWorker.Lambda.Tests;

/// <summary>Publishes the sample function ahead of time compiled, once for all tests.</summary>
public sealed class BootstrapFixture : IAsyncLifetime
{
    private const string Project = "samples/Lambda";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    /// <summary>Gets the repository's folder.</summary>
    public string Root { get; } = FindRoot();

    /// <summary>Gets the function's executable.</summary>
    public string Executable { get; private set; } = "";

    /// <summary>Gets everything that the compilers said.</summary>
    public string PublishOutput { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["publish", Project, "-c", "Release", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"])
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
            throw new TimeoutException($"{Project} was not published within {s_patience}.", e);
        }

        PublishOutput = await output + await errors;
        if (publish.ExitCode != 0)
            throw new InvalidOperationException($"{Project} cannot be published. Compiling ahead of time needs gcc or clang, and libc6-dev.\n{PublishOutput}");
        Executable = Path.Combine(Root, "artifacts/publish/StreamWorker.Samples.Lambda/release_linux-x64/bootstrap");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "StreamWorker.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"StreamWorker.sln is not above {AppContext.BaseDirectory}.");
    }
}
