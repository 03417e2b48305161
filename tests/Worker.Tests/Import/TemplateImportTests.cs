using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class TemplateImportTests
{
    [Fact] // E1 to E13, F20
    public void Mapping_in_YAML_is_carried_over_setting_by_setting()
    {
        var result = Imports.Of(Fixtures.CloudFormationYaml);

        Assert.Equal(
            [
                "BatchSize=500", "BisectBatchOnFunctionError=True", "DestinationConfig:OnFailure:Destination=arn:aws:sqs:eu-central-1:123456789012:failed-orders", "Enabled=False",
                """FilterCriteria:Filters:0:Pattern={ "eventName": ["INSERT", "MODIFY"] }""", """FilterCriteria:Filters:1:Pattern={"dynamodb":{"NewImage":{"total":{"N":["3.00e2"]}}}}""",
                "FunctionResponseTypes:0=ReportBatchItemFailures", "Handler:Timeout=00:00:45", "Handler:Type=Http", "Handler:Url=REPLACE-ME: the URL at which the code of function Index answers",
                "MaximumBatchingWindowInSeconds=5", "MaximumRecordAgeInSeconds=3600", "MaximumRetryAttempts=3", "ParallelizationFactor=4", "StartingPosition=TRIM_HORIZON", "TableName=orders-prod",
            ],
            result.Settings("IndexOrders"));
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void Mapping_in_JSON_is_carried_over_with_what_it_says_explicitly()
    {
        var result = Imports.Of(Fixtures.CloudFormationJson);

        Assert.Equal(
            [
                "BatchSize=100", "Handler:Type=Http", "Handler:Url=REPLACE-ME: the URL at which the code of function totals answers", "StartingPosition=LATEST", $"StreamArn={Fixtures.Stream}",
                "TumblingWindowInSeconds=60",
            ],
            result.Settings("Totals"));
        Assert.Equal(["11:17 Totals: Tags: they are labels of the mapping in AWS; label the workload that runs the worker instead"], result.Said(Severity.NoCounterpart));
    }

    [Fact]
    public void Event_of_a_SAM_function_is_a_consumer_and_other_sources_are_named()
    {
        var result = Imports.Of(Fixtures.Sam);

        Assert.Equal(
            [
                "BatchSize=10", "DestinationConfig:OnFailure:Destination=arn:aws:sns:eu-central-1:123456789012:failed", """FilterCriteria:Filters:0:Pattern={"eventName":["REMOVE"]}""",
                "FunctionResponseTypes:0=ReportBatchItemFailures", "Handler:Timeout=00:00:20", "Handler:Type=Http", "Handler:Url=REPLACE-ME: the URL at which the code of function Notify answers",
                "StartingPosition=LATEST", "TableName=Orders",
            ],
            result.Settings("Notify"));
        Assert.Equal("Notify", result.Consumers());
        Assert.Equal(["26:17 Notify.Clicks: it reads a source of type Kinesis, not a DynamoDB stream; it is passed over"], result.Said(Severity.NoCounterpart));
    }

    [Fact]
    public void Template_of_the_CDK_is_read_with_its_long_forms()
    {
        var result = Imports.Of(Fixtures.Cdk, new ImportOptions { Url = "http://localhost:9000/" });

        Assert.Equal(
            [
                "BatchSize=100", """FilterCriteria:Filters:0:Pattern={"eventName":["INSERT"]}""", "Handler:Timeout=00:01:00", "Handler:Type=Http", "Handler:Url=http://localhost:9000/",
                "StartingPosition=TRIM_HORIZON", "TableName=orders-test",
            ],
            result.Settings("HandlerDynamoDBEventSourceShopOrders5C9F7E3B1AEF2E5D"));
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void Template_of_this_repository_is_imported_once_its_parameter_is_given()
    {
        var template = File.ReadAllText(Path.Combine(global::StreamWorker.Tests.Shared.Repository.Root, "deploy", "lambda", "template.yaml"));

        var open = Imports.Of(template);
        var given = Imports.Of(template, new ImportOptions { Parameters = new Dictionary<string, string> { ["StreamArn"] = Fixtures.Stream, ["BatchSize"] = "7" } });

        Assert.Contains("StreamArn=REPLACE-ME: !Ref StreamArn is not known from the template (--parameter gives it a value)", open.Settings("Mapping"));
        Assert.Contains($"StreamArn={Fixtures.Stream}", given.Settings("Mapping"));
        Assert.Contains("BatchSize=7", given.Settings("Mapping"));
        Assert.Contains("DestinationConfig:OnFailure:Destination=REPLACE-ME: !GetAtt FailureQueue.Arn is not known from the template", given.Settings("Mapping"));
    }

    [Theory]
    [InlineData("!ImportValue orders-stream", false, "StreamArn=REPLACE-ME: !ImportValue orders-stream is not known from the template")]
    [InlineData("!ImportValue orders-stream", true, "TableName=REPLACE-ME: !ImportValue orders-stream is not known from the template")]
    [InlineData("!GetAtt Nested.Outputs.Stream", false, "StreamArn=REPLACE-ME: !GetAtt Nested.Outputs.Stream is not known from the template")]
    [InlineData("!GetAtt Unnamed.StreamArn", false, "TableName=REPLACE-ME: CloudFormation chooses the name of table Unnamed when it makes it")]
    [InlineData("!GetAtt Elsewhere.StreamArn", false, "TableName=REPLACE-ME: the table's name, !ImportValue name, is not known from the template")]
    [InlineData("!Sub ${Unnamed.StreamArn}", false, "TableName=REPLACE-ME: CloudFormation chooses the name of table Unnamed when it makes it")]
    [InlineData("!Sub arn:aws:dynamodb:${AWS::Region}:1:table/Orders/stream/x", false, "StreamArn=REPLACE-ME: !Sub arn:aws:dynamodb:${AWS::Region}:1:table/Orders/stream/x is not known from the template")]
    [InlineData("!Sub arn:aws:dynamodb:${AWS::Region}:1:table/Orders/stream/x", true, "TableName=Orders")]
    public void Stream_that_is_not_known_leaves_a_placeholder_and_is_named(string source, bool byTable, string setting)
    {
        var result = Imports.Of(
            $$"""
            Resources:
              Nested: { Type: AWS::CloudFormation::Stack }
              Unnamed: { Type: AWS::DynamoDB::Table }
              Elsewhere: { Type: AWS::DynamoDB::GlobalTable, Properties: { TableName: !ImportValue name } }
              M:
                Type: AWS::Lambda::EventSourceMapping
                Properties:
                  EventSourceArn: {{source}}
                  StartingPosition: LATEST
            """,
            new ImportOptions { ByTable = byTable });

        Assert.Contains(setting, result.Settings("M"));
        Assert.Equal(!setting.Contains("REPLACE-ME", StringComparison.Ordinal), result.IsComplete);
    }

    [Theory]
    [InlineData("!GetAtt Queue.Arn", "a resource of type AWS::SQS::Queue")]
    [InlineData("arn:aws:kinesis:eu-central-1:1:stream/x", "a Kinesis stream")]
    [InlineData("!Sub arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:x", "an SQS queue")]
    [InlineData("!Join [':', [arn, !Ref AWS::Partition, kafka, x]]", "a Kafka topic")]
    [InlineData("!ImportValue queue", "!ImportValue queue, which is no stream, as it has no StartingPosition")]
    public void Mapping_of_another_source_is_named_and_passed_over(string source, string what)
    {
        var result = Imports.Of($$"""
            Resources:
              Queue: { Type: AWS::SQS::Queue }
              M:
                Type: AWS::Lambda::EventSourceMapping
                Properties:
                  EventSourceArn: {{source}}
            """);

        Assert.Empty(result.Consumers);
        Assert.Equal([$"6:7 M: it reads {what}, not a DynamoDB stream; it is passed over"], result.Said(Severity.NoCounterpart));
    }

    [Fact]
    public void Arn_becomes_the_table_on_request() =>
        Assert.Contains("TableName=Orders", Imports.Of(Fixtures.CloudFormationJson, new ImportOptions { ByTable = true }).Settings("Totals"));

    [Theory]
    [InlineData("IsProd", "dev", "", "7:5 M: condition IsProd does not hold, so that it is not made; it is passed over")]
    [InlineData("IsProd", "prod", "M", null)]
    [InlineData("IsHere", "prod", "M", "7:5 M: it is made only where condition IsHere holds, which is not known from the template; it is imported")]
    public void Condition_decides_whether_a_mapping_is_imported(string condition, string stage, string consumers, string? said)
    {
        var result = Imports.Of(
            $$"""
            Parameters: { Stage: { Type: String } }
            Conditions:
              IsProd: !Equals [!Ref Stage, prod]
              IsHere: !Equals [!Ref AWS::Region, eu-central-1]
            Resources:
              M:
                Type: AWS::Lambda::EventSourceMapping
                Condition: {{condition}}
                Properties: { EventSourceArn: "{{Fixtures.Stream}}", StartingPosition: LATEST }
            """,
            new ImportOptions { Parameters = new Dictionary<string, string> { ["Stage"] = stage } });

        Assert.Equal(consumers, result.Consumers());
        Assert.Equal(said is null ? [] : [said], result.Said(Severity.NoCounterpart));
    }

    [Fact]
    public void Loop_that_only_CloudFormation_unfolds_is_named()
    {
        var result = Imports.Of("""{"Resources":{"Fn::ForEach::Mappings":["Table",["A","B"],{}]}}""");

        Assert.StartsWith("1:39 Fn::ForEach::Mappings: only CloudFormation unfolds it", Assert.Single(result.Said(Severity.NoCounterpart)));
    }

    [Fact]
    public void Several_mappings_of_one_SAM_function_are_told_apart_by_their_events()
    {
        var result = Imports.Of($$"""
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    Orders: { Type: DynamoDB, Properties: { Stream: "{{Fixtures.Stream}}", StartingPosition: LATEST } }
                    Payments: { Type: DynamoDB, Properties: { Stream: "{{Fixtures.Stream}}", StartingPosition: LATEST } }
              G:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    Orders: { Type: DynamoDB, Properties: { Stream: "{{Fixtures.Stream}}", StartingPosition: LATEST } }
            """);

        Assert.Equal("F-Orders F-Payments G", result.Consumers());
    }

    [Fact]
    public void All_writes_the_defaults_as_well()
    {
        var result = Imports.Of(Fixtures.Mapping(""), new ImportOptions { All = true });

        Assert.Equal(
            [
                "BatchSize=100", "BisectBatchOnFunctionError=False", "Enabled=True", "Handler:Type=Http", "Handler:Url=REPLACE-ME: the URL at which the code of function f answers",
                "MaximumBatchingWindowInSeconds=0", "MaximumRecordAgeInSeconds=-1", "MaximumRetryAttempts=-1", "ParallelizationFactor=1", "StartingPosition=LATEST", $"StreamArn={Fixtures.Stream}",
                "TumblingWindowInSeconds=0",
            ],
            result.Settings("Orders"));
    }
}
