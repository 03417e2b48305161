using System.Globalization;
using System.Text.Json.Nodes;

namespace StreamWorker.Worker.Import;

/// <summary>Makes a consumer's section of a mapping. Names, units and defaults are the same on both sides, so that nearly everything is carried over as it is.</summary>
internal sealed class MappingTranslator(Func<TemplateNode?, TemplateNode?> resolve, ImportOptions options, FindingList findings)
{
    private const int LongestDestination = 350;

    public JsonObject Translate(FoundMapping mapping, string consumer, StreamSource source)
    {
        var section = new MappingSection(mapping, consumer, resolve, options.All, findings);
        section.Know(mapping.SourceSetting);
        section.Know("FunctionName");
        section.Result[source.Setting!] = source.Value;
        if (source.Missing is { } why)
            section.Missing(source.Setting!, mapping.Settings[mapping.SourceSetting]!.At, why);

        StartingPosition(section, mapping);
        section.Number("BatchSize", 1, 10_000, 100);
        section.Number("MaximumBatchingWindowInSeconds", 0, 300, 0);
        var factor = section.Number("ParallelizationFactor", 1, 10, 1);
        section.Number("MaximumRetryAttempts", -1, 10_000, -1);
        section.Number("MaximumRecordAgeInSeconds", -1, 604_800, -1, age => age is >= 0 and < 60, "must be -1, or a whole number from 60 to 604800");
        section.Boolean("BisectBatchOnFunctionError", false);
        ResponseTypes(section);
        Filters(section, mapping);
        if (section.Number("TumblingWindowInSeconds", 0, 900, 0) > 0 && factor > 1)
            findings.Fault(mapping.At, section.Subject("ParallelizationFactor"), string.Create(CultureInfo.InvariantCulture, $"'{factor}' must be 1 with a tumbling window"));
        section.Boolean("Enabled", true);
        Destination(section);
        Handler(section, mapping, consumer);
        section.NameOthers();
        return section.Result;
    }

    private static void StartingPosition(MappingSection section, FoundMapping mapping)
    {
        switch (section.Value("StartingPosition"))
        {
            case ScalarNode { Text: "TRIM_HORIZON" or "LATEST" } position:
                section.Result["StartingPosition"] = position.Text;
                break;
            case OpenNode open:
                section.Result["StartingPosition"] = section.Open("StartingPosition", open);
                break;
            case var other:
                section.Fault("StartingPosition", other ?? mapping.Settings, other is null ? "must be given: TRIM_HORIZON or LATEST" : "must be TRIM_HORIZON or LATEST for a DynamoDB stream");
                break;
        }
    }

    private static void ResponseTypes(MappingSection section)
    {
        const string setting = "FunctionResponseTypes";
        switch (section.Value(setting))
        {
            case null:
                break;
            case OpenNode open:
                section.Result[setting] = new JsonArray(section.Open(setting, open));
                break;
            case ListNode list:
                var types = new JsonArray();
                foreach (var member in list.Members.Select(section.Resolved).OfType<TemplateNode>())
                {
                    if (member is ScalarNode { Text: "ReportBatchItemFailures" } type)
                        types.Add(type.Text);
                    else if (member is OpenNode open)
                        types.Add(section.Open(setting, open));
                    else
                        section.Fault(setting, member, "must be ReportBatchItemFailures");
                }

                if (types.Count > 0)
                    section.Result[setting] = types;
                break;
            case var other:
                section.Fault(setting, other, "must be a list: [ReportBatchItemFailures]");
                break;
        }
    }

    private static void Filters(MappingSection section, FoundMapping mapping)
    {
        const string setting = "FilterCriteria";
        section.Know("FilterCriteriaError");
        var patterns = section.Value(setting) switch
        {
            // An empty list, like none at all, lets every record pass. Filters that are only hidden must not become that.
            null when mapping.IsFilledIn && (section.Value(mapping.Settings, "KMSKeyArn") is not null || section.Value(mapping.Settings, "FilterCriteriaError") is not null) =>
                [section.Missing(setting, mapping.At, "the filters are encrypted and were not shown; get the mapping with the right to decrypt them (kms:Decrypt)")],
            null => [],
            OpenNode open => [section.Open(setting, open)],
            MapNode criteria => FilterPatterns.Read(section, criteria),
            var other => FilterPatterns.Refuse(section, other),
        };
        if (patterns.Count > 0)
            section.Result[setting] = new JsonObject { ["Filters"] = new JsonArray([.. patterns.Select(pattern => new JsonObject { ["Pattern"] = pattern })]) };
    }

    private void Destination(MappingSection section)
    {
        const string setting = "DestinationConfig";
        var config = section.Value(setting);
        if (config is OpenNode open)
            AddDestination(section, section.Open(setting, open));
        if (config is not MapNode map)
            return;
        if (section.Value(map, "OnSuccess") is { } success and not MapNode { Members.Count: 0 })
            findings.NoCounterpart(success.At, section.Subject($"{setting}.OnSuccess"), "Lambda does not use it for a mapping: it is for asynchronous calls; leave it out");
        switch (section.Value(map, "OnFailure") is MapNode failure ? section.Value(failure, "Destination") : section.Value(map, "OnFailure"))
        {
            case null or ScalarNode { Text: "" }:
                break;
            case OpenNode reference:
                AddDestination(section, section.Open($"{setting}.OnFailure.Destination", reference));
                break;
            case ScalarNode { Text: var topic } kafka when topic.StartsWith("kafka://", StringComparison.Ordinal):
                findings.NoCounterpart(kafka.At, section.Subject($"{setting}.OnFailure.Destination"), $"the worker has no Kafka destination ('{topic}'); replace the placeholder by the ARN of a queue, a topic of SNS or a bucket");
                AddDestination(section, Placeholder.For($"the ARN of an SQS queue, an SNS topic or an S3 bucket instead of {topic}"));
                break;
            case ScalarNode { Text: var arn } when IsDestination(arn):
                AddDestination(section, arn);
                break;
            case var other:
                section.Fault($"{setting}.OnFailure.Destination", other, "must be the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket");
                break;
        }
    }

    private static bool IsDestination(string arn) =>
        arn.Length <= LongestDestination && arn.Split(':', 6) is ["arn", _, "sqs" or "sns" or "s3", _, _, { Length: > 0 } name] && !name.EndsWith(".fifo", StringComparison.Ordinal);

    private static void AddDestination(MappingSection section, string destination) =>
        section.Result["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = destination } };

    private void Handler(MappingSection section, FoundMapping mapping, string consumer)
    {
        var handler = new JsonObject { ["Type"] = "Http", ["Url"] = options.Url ?? Placeholder.For($"the URL at which the code of {mapping.Function} answers") };
        if (Timeout(section, mapping) is { } timeout)
            handler["Timeout"] = timeout;
        section.Result["Handler"] = handler;
        findings.Note(mapping.At, section.Subject("Handler"), options.Url is null
            ? $"the code of {mapping.Function} is expected behind Handler:Url, which is a placeholder; a container image of it with AWS's runtime emulator answers at http://HOST:8080/2015-03-31/functions/function/invocations, one request at a time"
            : $"the code of {mapping.Function} is expected at {options.Url}; its requests name the consumer '{consumer}' in X-StreamWorker-Consumer");
    }

    private string? Timeout(MappingSection section, FoundMapping mapping)
    {
        const string setting = "Handler:Timeout";
        switch (resolve(mapping.Timeout))
        {
            case null:
                return null;
            case OpenNode open:
                return section.Open(setting, open);
            case ScalarNode { Text: var text } when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 900:
                return TimeSpan.FromSeconds(seconds).ToString("c");
            case var other:
                section.Fault(setting, other, "must be a whole number from 1 to 900, as a function's Timeout");
                return null;
        }
    }
}
