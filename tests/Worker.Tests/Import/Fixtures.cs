namespace StreamWorker.Worker.Tests.Import;

/// <summary>What people have: templates of each kind, and answers of Lambda's API.</summary>
internal static class Fixtures
{
    public const string Stream = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123";

    public const string CloudFormationYaml = """
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters:
          Stage:
            Type: String
            Default: prod
          Retries:
            Type: Number
            Default: 3
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: !Sub "orders-${Stage}"
              StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
          Index:
            Type: AWS::Lambda::Function
            Properties:
              Timeout: 45
          IndexOrders:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              FunctionName: !GetAtt Index.Arn
              EventSourceArn: !GetAtt Orders.StreamArn
              StartingPosition: TRIM_HORIZON
              BatchSize: !If [IsProd, 500, 10]
              MaximumBatchingWindowInSeconds: 5
              ParallelizationFactor: 4
              MaximumRetryAttempts: !Ref Retries
              MaximumRecordAgeInSeconds: 3600
              BisectBatchOnFunctionError: true
              FunctionResponseTypes:
                - ReportBatchItemFailures
              FilterCriteria:
                Filters:
                  - Pattern: '{ "eventName": ["INSERT", "MODIFY"] }'
                  - Pattern: '{"dynamodb":{"NewImage":{"total":{"N":["3.00e2"]}}}}'
              DestinationConfig:
                OnFailure:
                  Destination: arn:aws:sqs:eu-central-1:123456789012:failed-orders
              Enabled: no
        """;

    public const string CloudFormationJson = """
        {
          "Resources": {
            "Totals": {
              "Type": "AWS::Lambda::EventSourceMapping",
              "Properties": {
                "FunctionName": "totals",
                "EventSourceArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123",
                "StartingPosition": "LATEST",
                "BatchSize": "100",
                "TumblingWindowInSeconds": 60,
                "Tags": [{ "Key": "team", "Value": "shop" }]
              }
            }
          }
        }
        """;

    public const string Sam = """
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function:
            Timeout: 20
        Resources:
          OrdersTable:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Orders
          Notify:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: notify/
              Handler: app.handler
              Events:
                Api: { Type: Api, Properties: { Path: /, Method: get } }
                Changes:
                  Type: DynamoDB
                  Properties:
                    Stream: !GetAtt OrdersTable.StreamArn
                    StartingPosition: LATEST
                    BatchSize: 10
                    FunctionResponseTypes: [ReportBatchItemFailures]
                    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["REMOVE"]}' }] }
                    DestinationConfig: { OnFailure: { Type: SNS, Destination: "arn:aws:sns:eu-central-1:123456789012:failed" } }
                Clicks: { Type: Kinesis, Properties: { Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST } }
        """;

    // What 'cdk synth' makes of new DynamoEventSource(table, …): long forms, hashed ids, and its own entries beside the resources.
    public const string Cdk = """
        {
          "Resources": {
            "Orders6EF30F2A": {
              "Type": "AWS::DynamoDB::Table",
              "Properties": {
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                "StreamSpecification": { "StreamViewType": "NEW_AND_OLD_IMAGES" },
                "TableName": { "Fn::Join": ["-", ["orders", { "Ref": "Stage" }]] }
              },
              "UpdateReplacePolicy": "Retain",
              "DeletionPolicy": "Retain",
              "Metadata": { "aws:cdk:path": "Shop/Orders/Resource" }
            },
            "Handler886CB40B": {
              "Type": "AWS::Lambda::Function",
              "Properties": { "Handler": "index.handler", "Runtime": "nodejs22.x", "Timeout": 60 }
            },
            "HandlerDynamoDBEventSourceShopOrders5C9F7E3B1AEF2E5D": {
              "Type": "AWS::Lambda::EventSourceMapping",
              "Properties": {
                "BatchSize": 100,
                "EventSourceArn": { "Fn::GetAtt": ["Orders6EF30F2A", "StreamArn"] },
                "FilterCriteria": { "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\"]}" }] },
                "FunctionName": { "Ref": "Handler886CB40B" },
                "StartingPosition": "TRIM_HORIZON"
              },
              "Metadata": { "aws:cdk:path": "Shop/Handler/DynamoDBEventSource:ShopOrders/Resource" }
            },
            "CDKMetadata": { "Type": "AWS::CDK::Metadata", "Properties": { "Analytics": "v2:deflate64:H4sI" }, "Condition": "CDKMetadataAvailable" }
          },
          "Conditions": { "CDKMetadataAvailable": { "Fn::Or": [{ "Fn::Equals": [{ "Ref": "AWS::Region" }, "eu-central-1"] }] } },
          "Parameters": {
            "Stage": { "Type": "String", "Default": "test" },
            "BootstrapVersion": { "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version" }
          },
          "Rules": { "CheckBootstrapVersion": { "Assertions": [] } }
        }
        """;

    public const string GetMapping = """
        {
            "UUID": "14e0db71-5d35-4eb5-b481-8945cf9d10c2",
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 0,
            "ParallelizationFactor": 1,
            "EventSourceArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123",
            "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:index-orders",
            "LastModified": "2026-02-01T10:00:00.123000+01:00",
            "LastProcessingResult": "No records processed",
            "State": "Enabled",
            "StateTransitionReason": "User action",
            "DestinationConfig": { "OnFailure": {} },
            "MaximumRecordAgeInSeconds": -1,
            "BisectBatchOnFunctionError": false,
            "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 0,
            "FunctionResponseTypes": [],
            "EventSourceMappingArn": "arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:14e0db71-5d35-4eb5-b481-8945cf9d10c2"
        }
        """;

    public static string ListMappings { get; } = $$"""
        {
            "EventSourceMappings": [
                { "UUID": "1", "StartingPosition": "LATEST", "BatchSize": 25, "ParallelizationFactor": 2, "MaximumRetryAttempts": 5, "State": "Disabled",
                  "EventSourceArn": "{{Stream}}", "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:audit:live",
                  "FunctionResponseTypes": ["ReportBatchItemFailures"], "FilterCriteria": { "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\"]}" }] } },
                { "UUID": "2", "BatchSize": 10, "State": "Enabled", "EventSourceArn": "arn:aws:sqs:eu-central-1:123456789012:jobs",
                  "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:jobs" },
                { "UUID": "3", "StartingPosition": "LATEST", "State": "Deleting", "EventSourceArn": "{{Stream}}",
                  "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:old" }
            ]
        }
        """;

    /// <summary>Makes a template of one mapping with the settings given, written in YAML, besides function, stream and position.</summary>
    public static string Mapping(string settings) => $"""
        Resources:
          Orders:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              FunctionName: f
              EventSourceArn: {Stream}
              StartingPosition: LATEST
              {settings.ReplaceLineEndings("\n      ")}
        """;
}
