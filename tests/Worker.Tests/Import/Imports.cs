using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using StreamWorker.Worker.Import;
using YamlDotNet.RepresentationModel;

namespace StreamWorker.Worker.Tests.Import;

/// <summary>Imports texts, and reads what is written back as the worker reads it.</summary>
internal static class Imports
{
    public const string Root = "StreamWorker:Consumers";

    public static ImportResult Of(string text, ImportOptions? options = null) => Importer.Import(text, options ?? new ImportOptions());

    /// <summary>Gives one consumer's settings, each as <c>Key=value</c>.</summary>
    public static IEnumerable<string> Settings(this ImportResult result, string consumer) =>
        Read(result, OutputFormat.Json)
            .Where(setting => setting.Key.StartsWith($"{Root}:{consumer}:", StringComparison.Ordinal))
            .Select(setting => $"{setting.Key[$"{Root}:{consumer}:".Length..]}={setting.Value}");

    public static IEnumerable<string> Said(this ImportResult result, Severity severity) =>
        result.Findings.Where(finding => finding.Severity == severity).Select(finding => $"{finding.At?.Line}:{finding.At?.Column} {finding.Subject}: {finding.Words}");

    public static string Consumers(this ImportResult result) => string.Join(' ', result.Consumers.Select(consumer => consumer.Key));

    /// <summary>Writes the result and reads it back.</summary>
    public static SortedDictionary<string, string> Read(ImportResult result, OutputFormat format)
    {
        var text = ImportOutput.Write(result.Consumers, format);
        var configuration = format switch
        {
            OutputFormat.Json => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build(),
            OutputFormat.Env => new ConfigurationBuilder().AddInMemoryCollection(Variables(text)).Build(),
            _ => new ConfigurationBuilder().AddInMemoryCollection(Values(text)).Build(),
        };
        return new SortedDictionary<string, string>(configuration.AsEnumerable().Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value!), StringComparer.Ordinal);
    }

    /// <summary>Gives a section's leaves as configuration keys them.</summary>
    public static SortedDictionary<string, string> Flat(JsonObject consumers)
    {
        var flat = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(Root, consumers);
        return flat;

        void Add(string key, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject map:
                    foreach (var (name, value) in map)
                        Add($"{key}:{name}", value);
                    break;
                case JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                        Add($"{key}:{i}", list[i]);
                    break;
                default:
                    flat[key] = bool.TryParse(node!.ToString(), out var truth) ? truth.ToString() : node.ToString();
                    break;
            }
        }
    }

    // As .NET's provider of environment variables does.
    private static IEnumerable<KeyValuePair<string, string?>> Variables(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string?>(pair[0].Replace("__", ":", StringComparison.Ordinal), pair[1]));

    // As the chart does: config is the section StreamWorker.
    private static IEnumerable<KeyValuePair<string, string?>> Values(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return Leaves("StreamWorker", ((YamlMappingNode)yaml.Documents[0].RootNode)["config"]);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Leaves(string key, YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(member => Leaves($"{key}:{member.Key}", member.Value)),
        YamlSequenceNode list => list.Children.SelectMany((member, i) => Leaves($"{key}:{i}", member)),
        _ => [new(key, ((YamlScalarNode)node).Value)],
    };
}
