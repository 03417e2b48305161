using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class RoundTripTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What is awkward in JSON, YAML or a variable, among letters.
    private static readonly Gen<string> Texts =
        One("a", "Z", "0", "\"", "\\", "{", "}", "[", "]", ": ", " #", ",", "=", "&", "*", "!", "%", "@", "`", "|", ">", "-", "'", "\n", "\r\n", "\t", "\u0001", "\u0085", "\u2028", "é", "€", "😀", " ", "true", "~")
            .List[0, 12].Select(parts => string.Concat(parts));

    private static readonly Gen<string> Patterns =
        from members in Gen.Select(Texts, Texts.List[0, 3]).List[0, 3]
        from isIndented in Gen.Bool
        from isRelaxed in Gen.Bool
        select Pattern(members, isIndented ? Indented : isRelaxed ? Relaxed : JsonSerializerOptions.Default);

    private static readonly Gen<JsonObject> Mappings =
        from numbers in Gen.Select(Gen.Int[1, 10_000], Gen.Int[0, 300], Gen.Int[1, 10], Gen.Int[-1, 10_000])
        from age in Gen.OneOf(Gen.Const(-1), Gen.Int[60, 604_800])
        from window in Gen.Int[0, 900]
        from switches in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool)
        from patterns in Patterns.List[0, 5]
        from destination in One("", "arn:aws:sqs:eu-central-1:123456789012:q", "arn:aws-cn:sns:cn-north-1:123456789012:t", "arn:aws:s3:::bucket.with.dots")
        from given in Gen.Bool.Array[11]
        select Mapping(
            given,
            [
                ("BatchSize", numbers.Item1), ("MaximumBatchingWindowInSeconds", numbers.Item2), ("ParallelizationFactor", switches.Item4 ? numbers.Item3 : 1),
                ("MaximumRetryAttempts", numbers.Item4), ("MaximumRecordAgeInSeconds", age), ("BisectBatchOnFunctionError", switches.Item1), ("Enabled", switches.Item2),
                ("TumblingWindowInSeconds", switches.Item4 ? 0 : window),
                ("FunctionResponseTypes", switches.Item3 ? new JsonArray("ReportBatchItemFailures") : null),
                ("FilterCriteria", patterns.Count > 0 ? new JsonObject { ["Filters"] = new JsonArray([.. patterns.Select(pattern => new JsonObject { ["Pattern"] = pattern })]) } : null),
                ("DestinationConfig", destination.Length == 0 ? null : new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = destination } }),
            ]);

    [Fact] // F20
    public void Any_mapping_is_read_back_from_JSON_and_from_the_charts_values_as_it_was() => Mappings.Sample(mapping =>
    {
        var result = Imports.Of(Template(mapping).ToJsonString());

        Assert.Equal(Lines(Expected(mapping)), Lines(Imports.Read(result, OutputFormat.Json)));
        Assert.Equal(Lines(Expected(mapping)), Lines(Imports.Read(result, OutputFormat.Helm)));
    });

    [Fact]
    public void Any_mapping_is_read_back_from_the_environment_with_patterns_that_mean_the_same() => Mappings.Sample(mapping =>
    {
        var result = Imports.Of(Template(mapping).ToJsonString());

        var read = Imports.Read(result, OutputFormat.Env);

        Assert.Equal(Lines(Expected(mapping).Select(Compact)), Lines(read.Select(Compact)));
    });

    [Fact]
    public void Any_template_reads_the_same_as_JSON_and_as_YAML() => Mappings.Sample(mapping =>
    {
        var json = Template(mapping).ToJsonString(Relaxed);
        // What JSON says with two escapes, YAML has no escape for: it stands for itself there.
        json = json.Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal);

        Assert.Equal(Nodes.Words(JsonText.Read(json)), Nodes.Words(YamlText.Read(json)));
    });

    [Fact]
    public void Any_answer_gives_the_same_settings_as_the_template_that_made_it() => Mappings.Sample(mapping =>
    {
        var answer = (JsonObject)mapping.DeepClone();
        answer["State"] = (bool?)mapping["Enabled"] == false ? "Disabled" : "Enabled";
        answer.Remove("Enabled");
        answer["UUID"] = "14e0db71";
        answer["FunctionArn"] = "arn:aws:lambda:eu-central-1:123456789012:function:M";
        var all = new ImportOptions { All = true, Url = "http://localhost:9000/" };

        Assert.Equal(Imports.Read(Imports.Of(Template(mapping).ToJsonString(), all), OutputFormat.Json), Imports.Read(Imports.Of(answer.ToJsonString(), all), OutputFormat.Json));
    });

    [Theory]
    [InlineData(nameof(OutputFormat.Json))]
    [InlineData(nameof(OutputFormat.Env))]
    [InlineData(nameof(OutputFormat.Helm))]
    public void Imported_configuration_is_accepted_by_the_worker(string format)
    {
        var result = Imports.Of(Fixtures.Mapping("BatchSize: 250\nFunctionResponseTypes: [ReportBatchItemFailures]\nEnabled: false"), new ImportOptions { All = true, Url = "http://localhost:9000/" });

        Assert.Empty(Hosts.FaultsOf([.. Imports.Read(result, Enum.Parse<OutputFormat>(format)).Select(setting => (setting.Key, (string?)setting.Value))]));
    }

    [Fact]
    public void Every_placeholder_is_refused_by_the_worker()
    {
        var result = Imports.Of("""
            Resources:
              M:
                Type: AWS::Lambda::EventSourceMapping
                Properties:
                  EventSourceArn: !ImportValue stream
                  StartingPosition: !Ref Position
                  BatchSize: !Ref Size
                  Enabled: !Ref Enabled
                  MaximumRetryAttempts: !Ref Retries
                  ParallelizationFactor: !Ref Factor
                  BisectBatchOnFunctionError: !Ref Bisect
                  FunctionResponseTypes: !Ref Types
                  FilterCriteria: { Filters: [{ Pattern: !Ref Pattern }] }
                  DestinationConfig: { OnFailure: { Destination: !GetAtt Queue.Arn } }
            """);
        var settings = Imports.Read(result, OutputFormat.Json);

        var faults = Hosts.FaultsOf([.. settings.Select(setting => (setting.Key, (string?)setting.Value))]);

        var placeholders = settings.Where(setting => setting.Value.StartsWith(Placeholder.Mark, StringComparison.Ordinal)).Select(setting => setting.Key).ToList();
        Assert.Equal(11, placeholders.Count);
        Assert.All(placeholders, key => Assert.Contains(faults, fault => fault.StartsWith($"{key} = 'REPLACE-ME: ", StringComparison.Ordinal)));
    }

    private static Gen<string> One(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static KeyValuePair<string, string> Compact(KeyValuePair<string, string> setting) =>
        setting.Key.EndsWith(":Pattern", StringComparison.Ordinal) ? new(setting.Key, JsonNode.Parse(setting.Value)!.ToJsonString()) : setting;

    // True and true are the same to the worker, and notations differ.
    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Select(setting => $"{setting.Key}={(bool.TryParse(setting.Value, out var truth) ? truth.ToString() : setting.Value)}");

    private static string Pattern(List<(string Name, List<string> Values)> members, JsonSerializerOptions options)
    {
        var pattern = new JsonObject();
        foreach (var (name, values) in members)
            pattern[name] = new JsonArray([.. values]);
        return pattern.ToJsonString(options);
    }

    private static JsonObject Mapping(bool[] given, List<(string Setting, JsonNode? Value)> settings)
    {
        var mapping = new JsonObject { ["EventSourceArn"] = Fixtures.Stream, ["StartingPosition"] = given[0] ? "LATEST" : "TRIM_HORIZON" };
        for (var i = 0; i < settings.Count; i++)
        {
            if (given[i] && settings[i].Value is { } value)
                mapping[settings[i].Setting] = value.DeepClone();
        }

        return mapping;
    }

    private static JsonObject Template(JsonObject mapping) =>
        new() { ["Resources"] = new JsonObject { ["M"] = new JsonObject { ["Type"] = "AWS::Lambda::EventSourceMapping", ["Properties"] = mapping.DeepClone() } } };

    private static SortedDictionary<string, string> Expected(JsonObject mapping)
    {
        var settings = (JsonObject)mapping.DeepClone();
        settings.Remove("EventSourceArn");
        settings["StreamArn"] = Fixtures.Stream;
        settings["Handler"] = new JsonObject { ["Type"] = "Http", ["Url"] = "REPLACE-ME: the URL at which the code of its function answers" };
        return Imports.Flat(new JsonObject { ["M"] = settings });
    }
}
