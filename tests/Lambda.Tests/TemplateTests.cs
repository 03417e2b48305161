using YamlDotNet.RepresentationModel;

namespace StreamWorker.Lambda.Tests;

/// <summary>The CloudFormation template of deploy/lambda. Its syntax is cfn-lint's business; this holds what would lose records or keep the function from starting.</summary>
[Collection(BootstrapSuite.Name)]
public sealed class TemplateTests(BootstrapFixture bootstrap)
{
    [Fact]
    public void Mapping_reads_which_records_failed_A18()
    {
        var mapping = Properties("Mapping");

        Assert.Equal(["ReportBatchItemFailures"], Texts(mapping["FunctionResponseTypes"]));
        Assert.Equal("StreamArn", mapping["EventSourceArn"].ToString());
    }

    [Fact]
    public void Role_may_read_the_stream_and_write_to_the_failure_queue_E26()
    {
        var policy = (YamlMappingNode)((YamlSequenceNode)Properties("Role")["Policies"])[0];
        var statements = (YamlSequenceNode)policy["PolicyDocument"]["Statement"];

        Assert.Equal(
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams", "sqs:SendMessage"],
            statements.SelectMany(statement => Texts(statement["Action"])));
    }

    [Fact]
    public void Function_is_the_published_folder_with_nothing_but_bootstrap_in_it_A9()
    {
        var function = Properties("Function");
        var code = Path.GetFullPath(Path.Combine(bootstrap.Root, "deploy/lambda", function["Code"].ToString()));

        Assert.Equal("provided.al2023", function["Runtime"].ToString());
        Assert.Equal([bootstrap.Executable], Directory.GetFileSystemEntries(code));
    }

    private YamlMappingNode Properties(string resource)
    {
        using var text = File.OpenText(Path.Combine(bootstrap.Root, "deploy/lambda/template.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode["Resources"][resource]["Properties"];
    }

    private static IEnumerable<string> Texts(YamlNode node) => node is YamlSequenceNode list ? list.Select(item => item.ToString()) : [node.ToString()];
}
