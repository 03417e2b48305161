using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class SettingImportTests
{
    [Theory]
    [InlineData("BatchSize: 0", "BatchSize: '0' must be a whole number from 1 to 10000")] // E3
    [InlineData("BatchSize: 10001", "BatchSize: '10001' must be a whole number from 1 to 10000")]
    [InlineData("BatchSize: 1e2", "BatchSize: '1e2' must be a whole number from 1 to 10000")]
    [InlineData("BatchSize: [1]", "BatchSize: must be a whole number from 1 to 10000")]
    [InlineData("MaximumBatchingWindowInSeconds: 301", "MaximumBatchingWindowInSeconds: '301' must be a whole number from 0 to 300")] // E4
    [InlineData("ParallelizationFactor: 11", "ParallelizationFactor: '11' must be a whole number from 1 to 10")] // E5
    [InlineData("MaximumRetryAttempts: -2", "MaximumRetryAttempts: '-2' must be a whole number from -1 to 10000")] // E6
    [InlineData("MaximumRecordAgeInSeconds: 0", "MaximumRecordAgeInSeconds: '0' must be -1, or a whole number from 60 to 604800")] // E7
    [InlineData("MaximumRecordAgeInSeconds: 59", "MaximumRecordAgeInSeconds: '59' must be -1, or a whole number from 60 to 604800")]
    [InlineData("BisectBatchOnFunctionError: maybe", "BisectBatchOnFunctionError: 'maybe' must be true or false")] // E8
    [InlineData("FunctionResponseTypes: ReportBatchItemFailures", "FunctionResponseTypes: 'ReportBatchItemFailures' must be a list: [ReportBatchItemFailures]")] // E9
    [InlineData("FunctionResponseTypes: [reportBatchItemFailures]", "FunctionResponseTypes: 'reportBatchItemFailures' must be ReportBatchItemFailures")]
    [InlineData("DestinationConfig: {OnFailure: {Destination: 'arn:aws:sqs:eu-central-1:1:q.fifo'}}", "DestinationConfig.OnFailure.Destination: 'arn:aws:sqs:eu-central-1:1:q.fifo' must be the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket")] // E10
    [InlineData("DestinationConfig: {OnFailure: {Destination: 'arn:aws:lambda:eu-central-1:1:function:f'}}", "DestinationConfig.OnFailure.Destination: 'arn:aws:lambda:eu-central-1:1:function:f' must be the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket")]
    [InlineData("DestinationConfig: {OnFailure: queue}", "DestinationConfig.OnFailure.Destination: 'queue' must be the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket")]
    [InlineData("FilterCriteria: {Filters: [{Pattern: 'INSERT'}]}", "FilterCriteria: 'INSERT' must be a filter whose Pattern is the text of a JSON object")] // E22
    [InlineData("FilterCriteria: {Filters: [{Pattern: '{\"a\":'}]}", "FilterCriteria: '{\"a\":' must be a filter whose Pattern is the text of a JSON object")]
    [InlineData("FilterCriteria: {Filters: [{Pattern: {eventName: [INSERT]}}]}", "FilterCriteria: must be a filter whose Pattern is the text of a JSON object")]
    [InlineData("FilterCriteria: {Filters: [{}]}", "FilterCriteria: must be a filter whose Pattern is the text of a JSON object")]
    [InlineData("FilterCriteria: [x]", "FilterCriteria: must be a map with a list Filters")]
    [InlineData("TumblingWindowInSeconds: 901", "TumblingWindowInSeconds: '901' must be a whole number from 0 to 900")] // E12
    [InlineData("Enabled: 'yes'", "Enabled: 'yes' must be true or false")] // E13
    public void Value_that_Lambda_refuses_is_a_fault(string setting, string fault)
    {
        var result = Imports.Of(Fixtures.Mapping(setting));

        Assert.EndsWith($" Orders: {fault}", Assert.Single(result.Said(Severity.Fault)));
        Assert.StartsWith("8:", Assert.Single(result.Said(Severity.Fault)));
        Assert.True(result.IsFaulty);
    }

    [Fact] // E5
    public void Tumbling_window_with_several_lanes_is_a_fault() => Assert.Equal(
        ["5:7 Orders: ParallelizationFactor: '2' must be 1 with a tumbling window"],
        Imports.Of(Fixtures.Mapping("TumblingWindowInSeconds: 60\nParallelizationFactor: 2")).Said(Severity.Fault));

    [Fact] // E11
    public void More_and_longer_filters_than_Lambda_takes_are_faults()
    {
        var eleven = string.Join(", ", Enumerable.Repeat("{Pattern: '{}'}", 11));
        var long_ = $$"""'{"a":["{{new string('x', 4096)}}"]}'""";

        Assert.EndsWith("must have at most 10 filters", Assert.Single(Imports.Of(Fixtures.Mapping($"FilterCriteria: {{Filters: [{eleven}]}}")).Said(Severity.Fault)));
        Assert.EndsWith("has a pattern of 4106 characters; 4096 are allowed", Assert.Single(Imports.Of(Fixtures.Mapping($"FilterCriteria: {{Filters: [{{Pattern: {long_}}}]}}")).Said(Severity.Fault)));
    }

    [Theory] // E2
    [InlineData("AT_TIMESTAMP", "must be TRIM_HORIZON or LATEST for a DynamoDB stream")]
    [InlineData("", "must be given: TRIM_HORIZON or LATEST")]
    public void Starting_position_is_one_of_two(string position, string rule)
    {
        var result = Imports.Of(Fixtures.Mapping("").Replace("StartingPosition: LATEST", $"StartingPosition: {position}", StringComparison.Ordinal));

        Assert.EndsWith(rule, Assert.Single(result.Said(Severity.Fault)));
    }

    [Theory] // E1
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders")]
    [InlineData("Orders")]
    [InlineData("!GetAtt Table.Arn")]
    [InlineData("")]
    public void Source_that_is_no_stream_is_a_fault(string source)
    {
        var result = Imports.Of(Fixtures.Mapping("").Replace(Fixtures.Stream, source, StringComparison.Ordinal) + "\n  Table: { Type: AWS::DynamoDB::Table }");

        Assert.Contains("stream", Assert.Single(result.Said(Severity.Fault)));
        Assert.Empty(result.Consumers);
    }

    [Theory] // E14 to E17
    [InlineData("KmsKeyArn: arn:aws:kms:eu-central-1:1:key/x", "KmsKeyArn: it encrypts the filters that Lambda stores")]
    [InlineData("MetricsConfig: {Metrics: [EventCount]}", "MetricsConfig: it makes Lambda count events in CloudWatch; the worker counts for itself, see /api/status")]
    [InlineData("Tags: [{Key: a, Value: b}]", "Tags: they are labels of the mapping in AWS")]
    [InlineData("ScalingConfig: {MaximumConcurrency: 2}", "ScalingConfig: it belongs to sources other than DynamoDB")]
    [InlineData("ProvisionedPollerConfig: {MinimumPollers: 1}", "ProvisionedPollerConfig: it belongs to sources other than DynamoDB")]
    [InlineData("SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: x}]", "SourceAccessConfigurations: it belongs to sources other than DynamoDB")]
    [InlineData("DestinationConfig: {OnSuccess: {Destination: x}}", "DestinationConfig.OnSuccess: Lambda does not use it for a mapping")]
    [InlineData("DestinationConfig: {OnFailure: {Destination: 'kafka://topic'}}", "DestinationConfig.OnFailure.Destination: the worker has no Kafka destination ('kafka://topic')")]
    [InlineData("BatchSzie: 3", "BatchSzie: it is not a setting that Lambda has for a DynamoDB stream")]
    public void Setting_without_counterpart_is_named_with_what_to_do(string setting, string said)
    {
        var result = Imports.Of(Fixtures.Mapping(setting));

        Assert.Contains($" Orders: {said}", Assert.Single(result.Said(Severity.NoCounterpart)), StringComparison.Ordinal);
        Assert.DoesNotContain(result.Settings("Orders"), line => line.StartsWith(setting.Split(':')[0], StringComparison.Ordinal) && !line.Contains(Placeholder.Mark, StringComparison.Ordinal));
        Assert.False(result.IsFaulty);
    }

    [Theory]
    [InlineData("Tags: []")]
    [InlineData("MetricsConfig: {Metrics: []}")]
    [InlineData("KmsKeyArn: !Ref AWS::NoValue")]
    [InlineData("DestinationConfig: {OnFailure: {}}")]
    [InlineData("DestinationConfig: {OnFailure: {Destination: ''}}")] // E10
    [InlineData("FilterCriteria: {Filters: []}")] // F19
    [InlineData("BatchSize: ~")]
    public void Setting_that_says_nothing_is_not_named(string setting)
    {
        var result = Imports.Of(Fixtures.Mapping(setting));

        Assert.True(result.IsComplete);
        Assert.Equal(4, result.Settings("Orders").Count());
    }

    [Theory]
    [InlineData("BatchSize: !Ref Size", "BatchSize")]
    [InlineData("Enabled: !If [Unknown, true, false]", "Enabled")]
    [InlineData("FunctionResponseTypes: !Ref Types", "FunctionResponseTypes:0")]
    [InlineData("FunctionResponseTypes: [!Ref Type]", "FunctionResponseTypes:0")]
    [InlineData("FilterCriteria: !ImportValue filters", "FilterCriteria:Filters:0:Pattern")]
    [InlineData("FilterCriteria: {Filters: !ImportValue filters}", "FilterCriteria:Filters:0:Pattern")]
    [InlineData("FilterCriteria: {Filters: [{Pattern: !Sub '{\"eventName\":[\"${Name}\"]}'}]}", "FilterCriteria:Filters:0:Pattern")]
    [InlineData("DestinationConfig: {OnFailure: {Destination: !GetAtt Queue.Arn}}", "DestinationConfig:OnFailure:Destination")]
    [InlineData("DestinationConfig: {OnFailure: !ImportValue failure}", "DestinationConfig:OnFailure:Destination")]
    [InlineData("DestinationConfig: !ImportValue destinations", "DestinationConfig:OnFailure:Destination")]
    public void Value_that_is_not_known_leaves_a_placeholder_and_is_named(string setting, string key)
    {
        var result = Imports.Of(Fixtures.Mapping(setting));

        Assert.Contains(result.Settings("Orders"), line => line.StartsWith($"{key}=REPLACE-ME: !", StringComparison.Ordinal));
        Assert.Single(result.Said(Severity.NoCounterpart));
    }

    [Fact]
    public void Differences_that_matter_to_the_consumers_are_noted()
    {
        var plain = Imports.Of(Fixtures.GetMapping).Findings.Where(finding => finding.At is null).Select(finding => finding.Subject);
        var more = Imports.Of(Fixtures.Mapping("DestinationConfig: {OnFailure: {Destination: 'arn:aws:s3:::bucket'}}")).Findings.Where(finding => finding.At is null).Select(finding => finding.Subject);

        Assert.Equal(["FailurePolicy", "ParallelizationFactor", "RetryDelay"], plain);
        Assert.Equal(["FailurePolicy", "ParallelizationFactor", "RetryDelay", "StartingPosition", "OnDestinationFailure"], more); // E27, R13
    }

    [Theory]
    [InlineData("Timeout: 901", null)]
    [InlineData("Timeout: !Ref Limit", "Handler:Timeout=REPLACE-ME: !Ref Limit is not known from the template (--parameter gives it a value)")]
    [InlineData("Timeout: 900", "Handler:Timeout=00:15:00")]
    public void Time_limit_of_the_function_becomes_the_handlers(string timeout, string? setting)
    {
        var result = Imports.Of($$"""
            Resources:
              F: { Type: AWS::Lambda::Function, Properties: { {{timeout}} } }
              M: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: !Ref F, EventSourceArn: "{{Fixtures.Stream}}", StartingPosition: LATEST } }
            """);

        Assert.Equal(setting, result.Settings("M").SingleOrDefault(line => line.StartsWith("Handler:Timeout", StringComparison.Ordinal)));
        Assert.Equal(setting is null, result.IsFaulty);
    }
}
