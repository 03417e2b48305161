using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
[assembly: SupportedOSPlatform("macos")]

namespace StreamWorker.Deploy.Tests;

/// <summary>A folder of its own for the scripts under tools/, so that a test sees neither what is installed nor what runs elsewhere.</summary>
internal sealed class ScriptCheckout : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("streamworker-tools-").FullName;

    /// <param name="shareInstalled">Whether the emulator that this repository has installed counts as installed here.</param>
    public ScriptCheckout(bool shareInstalled)
    {
        foreach (var file in (string[])["tools/dynamodb-local/dynamodb-local", "tools/lib/fetch.sh"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Repository.PathOf(file), PathOf(file));
        }
        Directory.CreateDirectory(Fakes);
        if (shareInstalled)
        {
            Directory.CreateDirectory(Repository.PathOf(".tools"));
            File.CreateSymbolicLink(PathOf(".tools"), Repository.PathOf(".tools"));
        }
    }

    public string Script => PathOf("tools/dynamodb-local/dynamodb-local");

    public string Fakes => PathOf("fakes");

    public string FakesFirst => $"{Fakes}:{Environment.GetEnvironmentVariable("PATH")}";

    public string PathOf(string relative) => Path.Combine(_root, relative);

    public void FakeDocker(string script) => Fake("docker", script);

    /// <summary>A PATH with the ordinary commands and these, but without Java, npm and Docker, for somebody who is not root.</summary>
    public string OnlyTools(params string[] more)
    {
        foreach (var tool in (string[])["bash", "env", "dirname", "id", "sed", "head", "cut", "mkdir", "rm", "flock", "cat", .. more])
        {
            var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
            if (real is not null)
                File.CreateSymbolicLink(Path.Combine(Fakes, tool), real);
        }
        File.Delete(Path.Combine(Fakes, "id"));
        Fake("id", "echo 1000");
        return Fakes;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Fake(string name, string script)
    {
        var file = Path.Combine(Fakes, name);
        File.WriteAllText(file, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
