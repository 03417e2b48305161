using k8s;
using StreamWorker.Deploy.Tests;

[assembly: AssemblyFixture(typeof(Helm))]

namespace StreamWorker.Deploy.Tests;

/// <summary>The real helm, fetched once for all tests, on the chart of this repository.</summary>
public sealed class Helm : IAsyncLifetime
{
    private string _helm = "";

    public static IEnumerable<string> Examples =>
        Directory.EnumerateFiles(Path.Combine(Repository.Chart, "ci"), "*-values.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        var installed = await Command.RunAsync(Repository.PathOf("tools/helm/install"));
        Assert.True(installed.ExitCode == 0, installed.Error);
        _helm = Path.Combine(installed.Output.Trim(), "helm");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(_helm, arguments);

    /// <summary>Renders the chart with an example and further settings, each as helm's <c>--set</c> takes it.</summary>
    internal async Task<Manifests> RenderAsync(string example, params string[] settings)
    {
        var rendered = await TryRenderAsync(example, settings);
        Assert.True(rendered.ExitCode == 0, rendered.Error);
        return new Manifests(KubernetesYaml.LoadAllFromString(rendered.Output, null, strict: true));
    }

    internal Task<CommandResult> TryRenderAsync(string example, params string[] settings) =>
        RunAsync(["template", "orders", Repository.Chart, "--namespace", "shop",
            "--values", Path.Combine(Repository.Chart, "ci", example), .. settings.SelectMany(setting => new[] { "--set-json", setting })]);
}
