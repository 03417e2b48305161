using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class IntrinsicsTests
{
    [Theory]
    [InlineData("!Ref Stage", "prod")]
    [InlineData("!Ref Names", "[a, b]")]
    [InlineData("!Ref NoDefault", "<!Ref NoDefault|${NoDefault}>")]
    [InlineData("!Ref Stored", "<!Ref Stored|${Stored}>")]
    [InlineData("!Ref AWS::Region", "eu-central-1")]
    [InlineData("!Ref AWS::AccountId", "<!Ref AWS::AccountId|${AWS::AccountId}>")]
    [InlineData("!Ref AWS::NoValue", "(none)")]
    [InlineData("!Ref Table", "<!Ref Table|${Table}>")]
    [InlineData("!GetAtt Table.StreamArn", "<!GetAtt Table.StreamArn|${Table.StreamArn}>")]
    [InlineData("!GetAtt [Table, StreamArn]", "<!GetAtt Table.StreamArn|${Table.StreamArn}>")]
    [InlineData("!Sub 'x-${Stage}-${!Literal}-$y'", "x-prod-${Literal}-$y")]
    [InlineData("!Sub ['${a}-${Stage}', {a: !Ref AWS::Region}]", "eu-central-1-prod")]
    [InlineData("!Sub 'x-${Table.Arn}'", "<!Sub x-${Table.Arn}|x-${Table.Arn}>")]
    [InlineData("!Sub '${NoDefault}'", "<!Ref NoDefault|${NoDefault}>")]
    [InlineData("!Sub '${unfinished'", "${unfinished")]
    [InlineData("!Join ['-', [a, !Ref Stage]]", "a-prod")]
    [InlineData("!Join ['-', !Ref Names]", "a-b")]
    [InlineData("!Join [':', [arn, !Ref AWS::Partition, sqs]]", "<!Join [:, [arn, !Ref AWS::Partition, sqs]]|arn:${AWS::Partition}:sqs>")]
    [InlineData("!Select [1, !Split ['/', a/b/c]]", "b")]
    [InlineData("!Select [3, [a]]", "<!Select [3, [a]]|${}>")]
    [InlineData("!If [IsProd, !Ref Stage, x]", "prod")]
    [InlineData("!If [IsOther, !Ref Stage, x]", "x")]
    [InlineData("!If [IsOther, x, !Ref AWS::NoValue]", "(none)")]
    [InlineData("!If [Circle, x, y]", "<!If [Circle, x, y]|${}>")]
    [InlineData("!If [Nobody, x, y]", "<!If [Nobody, x, y]|${}>")]
    [InlineData("!FindInMap [Sizes, !Ref Stage, Batch]", "500")]
    [InlineData("!FindInMap [Sizes, test, Batch]", "<!FindInMap [Sizes, test, Batch]|${}>")]
    [InlineData("!ImportValue x", "<!ImportValue x|${}>")]
    [InlineData("!ImportValue {'Fn::Sub': '${Stage}-x'}", "<!ImportValue !Sub ${Stage}-x|${}>")]
    [InlineData("plain", "plain")]
    [InlineData("{Key: value}", "{Key: value}")]
    public void Function_comes_to_what_the_template_tells(string value, string result)
    {
        var root = (MapNode)TemplateText.Read($$"""
            Parameters:
              Stage: { Type: String, Default: prod }
              Names: { Type: CommaDelimitedList, Default: "a, b" }
              NoDefault: { Type: String }
              Stored: { Type: AWS::SSM::Parameter::Value<String>, Default: /name/of/an/entry }
            Mappings:
              Sizes: { prod: { Batch: 500 } }
            Conditions:
              IsProd: !Equals [!Ref Stage, prod]
              IsOther: !Not [!Condition IsProd]
              Circle: !Or [!Condition Circle, !Equals [a, b]]
            Resources:
              Table: { Type: AWS::DynamoDB::Table }
            Value: {{value}}
            """);
        var intrinsics = new Intrinsics(new Template(root, new Dictionary<string, string> { ["AWS::Region"] = "eu-central-1" }));

        Assert.Equal(result, Nodes.Words(intrinsics.Resolve(root["Value"])));
    }

    [Theory]
    [InlineData("!And [!Equals [a, a], !Equals [a, b]]", false)]
    [InlineData("!And [!Equals [a, a], !Equals [b, b]]", true)]
    [InlineData("!And [!Equals [a, a], !Equals [!Ref AWS::Region, b]]", null)]
    [InlineData("!And [!Equals [a, b], !Equals [!Ref AWS::Region, b]]", false)]
    [InlineData("!Or [!Equals [a, a], !Equals [!Ref AWS::Region, b]]", true)]
    [InlineData("!Or [!Equals [a, b], !Equals [!Ref AWS::Region, b]]", null)]
    [InlineData("!Or [!Equals [a, b], !Equals [a, c]]", false)]
    [InlineData("!Not [!Equals [!Ref AWS::Region, b]]", null)]
    [InlineData("!Not [!Equals [a, b]]", true)]
    [InlineData("always", null)]
    public void Condition_is_true_false_or_not_known(string condition, bool? holds)
    {
        var root = (MapNode)TemplateText.Read($"Conditions:\n  C: {condition}\nResources: {{}}\n");

        Assert.Equal(holds, new Intrinsics(new Template(root, new Dictionary<string, string>())).Holds("C"));
    }

    [Fact]
    public void Parameter_that_the_template_does_not_have_is_refused()
    {
        var options = new ImportOptions { Parameters = new Dictionary<string, string> { ["Stgae"] = "x" } };

        Assert.Equal("it has no parameter 'Stgae'; it has Stage, Retries", Assert.Throws<TemplateFormatException>(() => Imports.Of(Fixtures.CloudFormationYaml, options)).Message);
    }
}
