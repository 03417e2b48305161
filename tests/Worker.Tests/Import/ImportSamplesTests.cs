using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

/// <summary>The examples that docs/importing.md shows.</summary>
public sealed class ImportSamplesTests
{
    private const string Url = "http://localhost:9000/";

    [Fact]
    public void Sam_template_becomes_what_the_page_shows()
    {
        var result = Imports.Of(Read("sam.yaml"));

        Assert.Equal(Read("sam.appsettings.json"), ImportOutput.Write(result.Consumers, OutputFormat.Json));
        foreach (var said in result.Said(Severity.NoCounterpart))
            Assert.Contains($"sam.yaml:{said.Replace(" IndexOrders:", ": no counterpart: IndexOrders:", StringComparison.Ordinal)}.\n", Page);
    }

    [Fact]
    public void CloudFormation_template_becomes_what_the_page_shows()
    {
        var options = new ImportOptions { Url = Url, Parameters = new Dictionary<string, string> { ["OrdersStream"] = Fixtures.Stream } };

        Assert.Equal(Read("cloudformation.env"), ImportOutput.Write(Imports.Of(Read("cloudformation.yaml"), options).Consumers, OutputFormat.Env));
    }

    [Fact]
    public void Deployed_mapping_becomes_what_the_page_shows()
    {
        var options = new ImportOptions { Url = Url, ByTable = true };

        Assert.Equal(Read("mapping.values.yaml"), ImportOutput.Write(Imports.Of(Read("mapping.json"), options).Consumers, OutputFormat.Helm));
    }

    [Fact]
    public void Page_names_every_setting_without_counterpart() =>
        Assert.All(WithoutCounterpart.Settings, setting => Assert.Contains($"`{setting}`", Page));

    private static string Page => File.ReadAllText(Path.Combine(global::StreamWorker.Tests.Shared.Repository.Root, "docs", "importing.md")).ReplaceLineEndings("\n");

    private static string Read(string name) =>
        File.ReadAllText(Path.Combine(global::StreamWorker.Tests.Shared.Repository.Root, "samples", "import", name)).ReplaceLineEndings("\n");
}
