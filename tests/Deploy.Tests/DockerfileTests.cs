using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamWorker.Deploy.Tests;

public sealed class DockerfileTests
{
    private static readonly string[] Instructions = [.. Regex.Replace(Repository.Read("Dockerfile"), @"\\\n", " ", RegexOptions.None, TimeSpan.FromSeconds(1))
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];

    [Fact]
    public void Final_user_is_a_number_and_not_root()
    {
        var user = After("USER").Last();

        Assert.True(int.Parse(user, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.True(Array.FindLastIndex(Instructions, line => line.StartsWith("USER ", StringComparison.Ordinal)) >
                    Array.FindLastIndex(Instructions, line => line.StartsWith("FROM ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Base_images_have_an_exact_band_and_never_latest()
    {
        var images = After("ARG").Where(argument => argument.Contains("_IMAGE=", StringComparison.Ordinal)).Select(argument => argument.Split('=')[1]).ToList();

        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.Matches(@":10\.0-noble(-chiseled)?$", image));
        Assert.All(After("FROM"), from => Assert.Matches(@"^(--platform=\$BUILDPLATFORM )?\$(SDK|RUNTIME)_IMAGE( AS build)?$", from));
        Assert.DoesNotContain("latest", string.Join('\n', Instructions), StringComparison.Ordinal);
    }

    [Fact]
    public void Final_image_is_the_chiselled_one()
    {
        Assert.Equal("$RUNTIME_IMAGE", After("FROM").Last());
        Assert.Contains(After("ARG"), argument => argument.StartsWith("RUNTIME_IMAGE=", StringComparison.Ordinal) && argument.EndsWith("-chiseled", StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_are_restored_in_locked_mode_and_only_once()
    {
        Assert.Contains("--locked-mode", Assert.Single(After("RUN"), run => run.Contains("dotnet restore", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("--no-restore", Assert.Single(After("RUN"), run => run.Contains("dotnet publish", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_project_that_the_worker_needs_is_copied_with_its_lock_file()
    {
        var copied = After("COPY").Where(copy => !copy.StartsWith("--", StringComparison.Ordinal)).SelectMany(copy => copy.Split(' ')[..^1]).ToHashSet(StringComparer.Ordinal);

        Assert.All(ProjectsOf("src/Worker/StreamWorker.Worker.csproj"), project =>
        {
            var folder = Path.GetDirectoryName(project)!;
            Assert.Contains(project, copied);
            Assert.Contains($"{folder}/packages.lock.json", copied);
            Assert.Contains($"{folder}/", copied);
        });
    }

    [Fact]
    public void Every_file_at_the_root_that_decides_a_build_is_copied()
    {
        string[] deciding = ["global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", "BannedSymbols.txt", "src/Directory.Build.props", "src/Directory.Build.targets", "nuget.config"];
        var copies = string.Join(' ', After("COPY"));

        Assert.All(deciding.Where(file => File.Exists(Repository.PathOf(file))), file => Assert.Contains(file, copies, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_copied_exists_and_passes_the_dockerignore()
    {
        var sources = After("COPY").Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal)).SelectMany(copy => copy.Split(' ')[..^1]).ToList();

        Assert.All(sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), $"{source} does not exist"));
        Assert.All(sources, source => Assert.True(DockerIgnore.Lets(source.TrimEnd('/')), $"{source} is kept out by .dockerignore"));
    }

    [Theory]
    [InlineData(".git/config")]
    [InlineData(".tools/helm")]
    [InlineData("README.md")]
    [InlineData("tests/Core.Tests/Program.cs")]
    [InlineData("src/Lambda/LambdaStream.cs")]
    [InlineData("src/Worker/bin/Debug/streamworker.dll")]
    [InlineData("src/Core/obj/project.assets.json")]
    [InlineData("secrets.env")]
    public void What_the_image_does_not_need_stays_out_of_the_build(string path) => Assert.False(DockerIgnore.Lets(path));

    [Fact]
    public void Entry_point_is_the_workers_assembly_without_a_shell()
    {
        var assembly = XDocument.Load(Repository.PathOf("src/Worker/StreamWorker.Worker.csproj")).Descendants("AssemblyName").Single().Value;

        Assert.Equal($"""["dotnet", "{assembly}.dll"]""", After("ENTRYPOINT").Single());
        Assert.Empty(After("CMD"));
        Assert.Empty(After("HEALTHCHECK"));
    }

    [Fact]
    public void Management_port_is_set_and_exposed()
    {
        Assert.Contains("ASPNETCORE_HTTP_PORTS=8081", After("ENV"));
        Assert.Equal(["8081"], After("EXPOSE"));
    }

    [Fact]
    public void Image_is_labelled_with_the_version_that_is_built()
    {
        var version = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
        var labels = string.Join(' ', After("LABEL"));

        Assert.Contains($"VERSION={version}", After("ARG"));
        Assert.All(["title", "description", "licenses", "version", "revision"],
            label => Assert.Contains($"org.opencontainers.image.{label}=", labels, StringComparison.Ordinal));
    }

    private static IEnumerable<string> After(string instruction) =>
        Instructions.Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line[(instruction.Length + 1)..].Trim(), " +", " ", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static HashSet<string> ProjectsOf(string project)
    {
        HashSet<string> found = [project];
        foreach (var reference in XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference"))
        {
            var target = Path.Combine(Path.GetDirectoryName(Repository.PathOf(project))!, reference.Attribute("Include")!.Value.Replace('\\', '/'));
            found.UnionWith(ProjectsOf(Path.GetRelativePath(Repository.Root, Path.GetFullPath(target))));
        }
        return found;
    }
}
