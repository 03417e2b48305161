using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class ApiImportTests
{
    [Fact] // E24
    public void Defaults_that_the_service_fills_in_are_left_out()
    {
        var result = Imports.Of(Fixtures.GetMapping);

        Assert.Equal(
            ["Handler:Type=Http", "Handler:Url=REPLACE-ME: the URL at which the code of function index-orders answers", "StartingPosition=TRIM_HORIZON", $"StreamArn={Fixtures.Stream}"],
            result.Settings("index-orders"));
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void All_keeps_the_defaults() =>
        Assert.Contains("MaximumRetryAttempts=-1", Imports.Of(Fixtures.GetMapping, new ImportOptions { All = true }).Settings("index-orders"));

    [Fact] // E13, E24
    public void List_gives_a_consumer_for_each_mapping_of_a_DynamoDB_stream()
    {
        var result = Imports.Of(Fixtures.ListMappings);

        Assert.Equal("audit-live", result.Consumers());
        Assert.Equal(
            [
                "BatchSize=25", "Enabled=False", """FilterCriteria:Filters:0:Pattern={"eventName":["INSERT"]}""", "FunctionResponseTypes:0=ReportBatchItemFailures", "Handler:Type=Http",
                "Handler:Url=REPLACE-ME: the URL at which the code of function audit-live answers", "MaximumRetryAttempts=5", "ParallelizationFactor=2", "StartingPosition=LATEST",
                $"StreamArn={Fixtures.Stream}",
            ],
            result.Settings("audit-live"));
        Assert.Equal(
            ["6:9 jobs: it reads an SQS queue, not a DynamoDB stream; it is passed over", "8:9 3: the mapping is being deleted, and is passed over"],
            result.Said(Severity.NoCounterpart));
    }

    [Theory]
    [InlineData("Enabled", null)]
    [InlineData("Creating", null)]
    [InlineData("Updating", null)]
    [InlineData("Disabling", "Enabled=False")]
    [InlineData("Disabled", "Enabled=False")]
    public void State_says_whether_the_consumer_runs(string state, string? setting) => Assert.Equal(
        setting,
        Imports.Of(Fixtures.GetMapping.Replace("\"Enabled\"", $"\"{state}\"", StringComparison.Ordinal)).Settings("index-orders").SingleOrDefault(said => said.StartsWith("Enabled", StringComparison.Ordinal)));

    [Theory] // E15
    [InlineData("\"KMSKeyArn\": \"arn:aws:kms:eu-central-1:1:key/x\",")]
    [InlineData("\"FilterCriteriaError\": { \"ErrorCode\": \"KMSAccessDenied\", \"Message\": \"x\" },")]
    public void Filters_that_are_hidden_are_not_taken_for_none(string member)
    {
        var result = Imports.Of(Fixtures.GetMapping.Replace("{\n    \"UUID\"", $"{{ {member}\n    \"UUID\"", StringComparison.Ordinal));

        Assert.Contains(
            "FilterCriteria:Filters:0:Pattern=REPLACE-ME: the filters are encrypted and were not shown; get the mapping with the right to decrypt them (kms:Decrypt)",
            result.Settings("index-orders"));
        Assert.False(result.IsComplete);
    }

    [Fact]
    public void Page_that_is_not_the_last_is_named()
    {
        var result = Imports.Of($$"""{"EventSourceMappings": [{{Fixtures.GetMapping}}], "NextMarker": "abc"}""");

        Assert.Contains(result.Said(Severity.NoCounterpart), said => said.Contains("the list goes on behind this page", StringComparison.Ordinal));
    }

    [Fact]
    public void Mappings_of_one_function_are_told_apart_by_their_tables()
    {
        var other = Fixtures.GetMapping.Replace("table/Orders", "table/Payments", StringComparison.Ordinal);
        var again = Fixtures.GetMapping.Replace("2026-01-31", "2026-02-28", StringComparison.Ordinal);

        var result = Imports.Of($$"""{"EventSourceMappings": [{{Fixtures.GetMapping}}, {{other}}, {{again}}]}""");

        Assert.Equal("index-orders-Orders index-orders-Payments index-orders-Orders-2", result.Consumers());
    }

    [Fact]
    public void Answer_in_YAML_is_read_as_well()
    {
        var result = Imports.Of($"""
            EventSourceMappings:
            - UUID: 14e0db71
              EventSourceArn: {Fixtures.Stream}
              FunctionArn: arn:aws:lambda:eu-central-1:123456789012:function:f
              BatchSize: 100
              StartingPosition: LATEST
              State: Enabled
            """);

        Assert.Equal("f", result.Consumers());
        Assert.DoesNotContain("BatchSize=100", result.Settings("f"));
    }

    [Fact]
    public void Parameters_of_an_answer_are_refused()
    {
        var options = new ImportOptions { Parameters = new Dictionary<string, string> { ["A"] = "b" } };

        Assert.Equal("it is an answer of Lambda's API, which has no parameters", Assert.Throws<TemplateFormatException>(() => Imports.Of(Fixtures.GetMapping, options)).Message);
    }
}
