using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace StreamWorker.Deploy.Tests;

public sealed class ChartSchemaTests(Helm helm)
{
    [Theory]
    [InlineData("config.LeaseDuraton=\"00:00:03\"", "LeaseDuraton")]
    [InlineData("config.LeaseDuration=3", "/config/LeaseDuration")]
    [InlineData("config.DrainTimeout=\"20s\"", "'20s'")]
    [InlineData("config.DrainTimeout=\"24:00:00\"", "'24:00:00'")]
    [InlineData("config.CreateTables=\"yes\"", "/config/CreateTables")]
    [InlineData("config.LeaseTable=\"a b\"", "'a b'")]
    [InlineData("config.Consumers.orders.StreamArn=\"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026\"", "/config/Consumers/orders'")]
    [InlineData("config.Consumers.more={}", "/config/Consumers/more'")]
    [InlineData("config.Consumers.orders.TableName=\"Orders!\"", "'Orders!'")]
    [InlineData("config.Consumers.orders.StartingPosition=\"AT_TIMESTAMP\"", "/config/Consumers/orders/StartingPosition")]
    [InlineData("config.Consumers.orders.BatchSize=0", "/config/Consumers/orders/BatchSize")]
    [InlineData("config.Consumers.orders.BatchSize=10001", "/config/Consumers/orders/BatchSize")]
    [InlineData("config.Consumers.orders.batchSize=5", "batchSize")]
    [InlineData("config.Consumers.orders.FilterCriteria={\"Filters\":[{\"Pattern\":{\"eventName\":[\"INSERT\"]}}]}", "/config/Consumers/orders/FilterCriteria/Filters/0/Pattern")]
    [InlineData("config.Consumers.orders.FilterCriteria={\"Filters\":[{}]}", "'Pattern'")]
    [InlineData("config.Consumers.orders.FunctionResponseTypes=\"ReportBatchItemFailures\"", "/config/Consumers/orders/FunctionResponseTypes")]
    [InlineData("config.Consumers.orders.FunctionResponseTypes=[\"All\"]", "/config/Consumers/orders/FunctionResponseTypes/0")]
    [InlineData("config.Consumers.orders.DestinationConfig={\"OnFailure\":{\"Destination\":\"given-up\"}}", "'given-up'")]
    [InlineData("config.Consumers.orders.DestinationConfig={\"OnFailure\":{\"Destination\":\"arn:aws:sqs:eu-west-1:123456789012:given-up.fifo\"}}", "/config/Consumers/orders/DestinationConfig/OnFailure/Destination")]
    [InlineData("config.Consumers.orders.DestinationConfig={\"OnSuccess\":{}}", "OnSuccess")]
    [InlineData("config.Consumers.orders.Handler={\"Type\":\"Grpc\"}", "/config/Consumers/orders/Handler/Type")]
    [InlineData("config.Consumers.orders.Handler={\"Type\":\"Http\"}", "'Url'")]
    [InlineData("config.Consumers.orders.Handler={\"Type\":\"Http\",\"Url\":\"localhost:9000\"}", "'localhost:9000'")]
    [InlineData("config.Consumers.orders.Handler={\"Type\":\"Console\",\"Url\":\"http://localhost:9000\"}", "/config/Consumers/orders/Handler/Url")]
    [InlineData("config.Consumers.orders.Handler={\"Type\":\"Http\",\"Url\":\"http://localhost:9000\",\"Format\":\"Text\"}", "/config/Consumers/orders/Handler/Format")]
    [InlineData("config.Consumers.two__parts={\"TableName\":\"Orders\"}", "two__parts")]
    [InlineData("replicaCount=-1", "/replicaCount")]
    [InlineData("replicas=2", "'replicas'")]
    [InlineData("image.tag=\"a/b\"", "'a/b'")]
    [InlineData("image.digest=\"sha256:12\"", "'sha256:12'")]
    [InlineData("aws.dynamoDbEndpoint=\"localhost:8000\"", "'localhost:8000'")]
    [InlineData("podDisruptionBudget.maxUnavailable=\"half\"", "/podDisruptionBudget/maxUnavailable")]
    [InlineData("probes.live.path=\"/\"", "'path'")]
    public async Task Bad_value_is_refused_by_name(string setting, string named)
    {
        var result = await helm.TryRenderAsync("console-values.yaml", setting);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("values don't meet the specifications of the schema", result.Error, StringComparison.Ordinal);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_schema_and_readme_know_the_same_settings()
    {
        var values = new Deserializer().Deserialize<Dictionary<string, object?>>(Repository.Read("deploy/helm/streamworker/values.yaml"));
        using var schema = JsonDocument.Parse(Repository.Read("deploy/helm/streamworker/values.schema.json"));
        var readme = Repository.Read("deploy/helm/streamworker/README.md");

        var allowed = schema.RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name).Except(["global"]);

        Assert.Equal(allowed.Order(StringComparer.Ordinal), values.Keys.Order(StringComparer.Ordinal));
        Assert.All(values.Keys, key => Assert.Matches($"`{key}[`.]", readme));
    }

    [Fact]
    public void Every_value_has_a_comment_of_its_own_or_on_the_block_around_it()
    {
        var lines = Repository.Read("deploy/helm/streamworker/values.yaml").Split('\n');

        var bare = Enumerable.Range(0, lines.Length).Where(index => IsLeaf(lines[index]) && !IsCommented(lines, index)).Select(index => lines[index]);

        Assert.Empty(bare);
    }

    private static bool IsLeaf(string line) => !line.EndsWith(':') && Regex.IsMatch(line, "^ *[A-Za-z]+: ", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static bool IsCommented(string[] lines, int index)
    {
        for (var (line, indent) = (index, int.MaxValue); line > 0; line--)
        {
            var spaces = lines[line].Length - lines[line].TrimStart(' ').Length;
            if (lines[line].Length == 0 || spaces >= indent)
                continue;
            indent = spaces;
            if (lines[line - 1].TrimStart().StartsWith("# -- ", StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
