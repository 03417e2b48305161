using System.Text.RegularExpressions;

namespace StreamWorker.Worker.Import;

/// <summary>Finds out what a mapping reads: a table of the template, a stream by its ARN, something that only the deployed stack knows, or no DynamoDB stream at all.</summary>
internal sealed class StreamSourceReader(Template? template, Intrinsics? intrinsics, bool byTable)
{
    private static readonly Regex Hole = new(@"\$\{[^}]*\}", RegexOptions.NonBacktracking);
    private static readonly Regex TableOf = new("^arn:.*:table/(?<table>[A-Za-z0-9_.-]+)/stream/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly Dictionary<string, string> Services = new(StringComparer.Ordinal)
    {
        ["kinesis"] = "a Kinesis stream",
        ["sqs"] = "an SQS queue",
        ["kafka"] = "a Kafka topic",
        ["mq"] = "an MQ broker",
        ["rds"] = "a DocumentDB change stream",
    };

    public StreamSource Read(FoundMapping mapping)
    {
        var node = intrinsics is null ? mapping.Settings.Given(mapping.SourceSetting) : intrinsics.Resolve(mapping.Settings.Given(mapping.SourceSetting));
        return node switch
        {
            ScalarNode { Text: { Length: > 0 } arn } => OfArn(arn),
            OpenNode { Resource: not null } open when template!.Resource(open.Resource) is { } resource => OfResource(resource, open),
            OpenNode open => OfOpen(open, mapping),
            null when mapping.Settings.Given("SelfManagedEventSource") is not null => new StreamSource(null, "a Kafka topic"),
            _ => new StreamSource(null, "") { Fault = "must be the ARN of a stream" },
        };
    }

    private static string? Service(string arn) => arn.Split(':') is ["arn", _, var service, ..] ? service : null;

    private StreamSource OfArn(string arn)
    {
        if (StreamArn.TryParse(arn, out var stream))
            return byTable ? new StreamSource("TableName", stream.TableName) : new StreamSource("StreamArn", arn);
        return Service(arn) is { } service && service != "dynamodb"
            ? new StreamSource(null, Services.GetValueOrDefault(service, $"a resource of {service}"))
            : new StreamSource(null, arn) { Fault = $"'{arn}' must be the ARN of a stream, arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL" };
    }

    private StreamSource OfResource(TemplateResource resource, OpenNode open)
    {
        if (resource.Type is not ("AWS::DynamoDB::Table" or "AWS::DynamoDB::GlobalTable"))
        {
            return resource.Type.StartsWith("AWS::CloudFormation::", StringComparison.Ordinal) || resource.Type.StartsWith("Custom::", StringComparison.Ordinal)
                ? Unknown(open)
                : new StreamSource(null, $"a resource of type {resource.Type}");
        }

        if (open.Attribute != "StreamArn")
            return new StreamSource(null, open.Expression) { Fault = $"{open.Expression} is not the ARN of a stream: that is !GetAtt {resource.LogicalId}.StreamArn" };
        return intrinsics!.Resolve(resource.Properties.Given("TableName")) switch
        {
            ScalarNode { Text: var name } => new StreamSource("TableName", name),
            OpenNode name => Missing("TableName", $"the table's name, {name.Expression}, is not known from the template"),
            _ => Missing("TableName", $"CloudFormation chooses the name of table {resource.LogicalId} when it makes it"),
        };
    }

    private StreamSource OfOpen(OpenNode open, FoundMapping mapping)
    {
        var arn = Hole.Replace(open.Known, "x");
        if (Service(arn) is { } service && service != "dynamodb" && service != "x")
            return new StreamSource(null, Services.GetValueOrDefault(service, $"a resource of {service}"));
        // Region, account and label may be open when only the table counts.
        if (byTable && TableOf.Match(open.Known) is { Success: true } table)
            return new StreamSource("TableName", table.Groups["table"].Value);
        return mapping.Settings.Given("StartingPosition") is null
            ? new StreamSource(null, $"{open.Expression}, which is no stream, as it has no StartingPosition")
            : Unknown(open);
    }

    private StreamSource Unknown(OpenNode open) => Missing(byTable ? "TableName" : "StreamArn", open.Why);

    private static StreamSource Missing(string setting, string why) => new(setting, Placeholder.For(why)) { Missing = why };
}
