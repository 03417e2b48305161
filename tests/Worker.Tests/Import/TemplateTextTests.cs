using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class TemplateTextTests
{
    [Theory]
    [InlineData("Resources:\n  A:\n    Type: x\n   B: y\n", 4, 4, "it is not valid YAML")]
    [InlineData("a: \"x\n", 1, 4, "it is not valid YAML")]
    [InlineData("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, "'c' is there twice")]
    [InlineData("a: *none\n", 1, 4, "'*none' refers to nothing before it")]
    [InlineData("a:\n  b: 1\n\tc: 2\n", 2, 6, "it is not valid YAML: While scanning a plain scalar")]
    [InlineData("a: \"\\ud83d\"\n", 1, 4, "it is not valid YAML: While scanning a quoted scalar")]
    [InlineData("? [a]\n: b\n", 1, 3, "a key must be a plain word")]
    [InlineData("a: 1\n---\nb: 1\n", 2, 1, "it has a second document, and a template is one")]
    [InlineData("{\"Resources\": {\n \"A\": {\"Type\" \"x\"}}}", 2, 15, "it is not valid JSON")]
    [InlineData("{\"a\":1} x", 1, 9, "it is not valid JSON")]
    [InlineData("{\"a\": 1,\n \"é\": 2, \"a\": 3}", 2, 10, "'a' is there twice")]
    [InlineData("{\"a\": \"\\ud800\"}", 1, 7, "it is not valid JSON")]
    public void Text_that_cannot_be_read_is_refused_with_its_place(string text, int line, int column, string words)
    {
        var fault = Assert.Throws<TemplateFormatException>(() => TemplateText.Read(text));

        Assert.StartsWith(words, fault.Message);
        Assert.Equal(new Position(line, column), fault.At);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\uFEFF")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Resources\": 1}")]
    [InlineData("Resources: {A: {Properties: {}}}")]
    [InlineData("[{\"UUID\": \"1\"}, 3]")]
    public void Text_that_is_neither_template_nor_answer_is_refused(string text)
    {
        if (text == "[]")
            Assert.Empty(Imports.Of(text).Consumers);
        else
            Assert.Throws<TemplateFormatException>(() => Imports.Of(text));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("- [", "]")]
    public void Depth_is_limited(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 10_000)) + "1" + string.Concat(Enumerable.Repeat(close, 10_000));

        Assert.NotNull(Assert.Throws<TemplateFormatException>(() => TemplateText.Read(text)).At);
    }

    [Fact]
    public void Short_forms_and_long_forms_are_the_same()
    {
        const string shortForm = "a: !GetAtt T.StreamArn\nb: !Ref P\nc: !Sub '${P}-x'\nd: !If [C, 1, !Ref AWS::NoValue]\ne: !Base64 {Ref: P}";
        const string longForm = """{"a":{"Fn::GetAtt":"T.StreamArn"},"b":{"Ref":"P"},"c":{"Fn::Sub":"${P}-x"},"d":{"Fn::If":["C","1",{"Ref":"AWS::NoValue"}]},"e":{"Fn::Base64":{"Ref":"P"}}}""";

        Assert.Equal(Nodes.Words(TemplateText.Read(longForm)), Nodes.Words(TemplateText.Read(shortForm)));
    }

    [Fact]
    public void Aliases_and_merges_are_followed()
    {
        var node = TemplateText.Read("base: &base {a: 1, b: 2}\nown:\n  <<: *base\n  b: 3\nalso: *base\n");

        Assert.Equal("{base: {a: 1, b: 2}, own: {b: 3, a: 1}, also: {a: 1, b: 2}}", Nodes.Words(node));
    }

    [Fact]
    public void Aliases_of_aliases_do_not_multiply()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]").Prepend("a0: &a0 x");

        Assert.IsType<MapNode>(TemplateText.Read(string.Join('\n', lines)));
    }

    [Fact]
    public void Places_count_from_one()
    {
        var yaml = (MapNode)TemplateText.Read("a:\n  b: x\n");
        var json = (MapNode)TemplateText.Read("{\"a\":\n  {\"é\": \"x\"}}");

        Assert.Equal(new Position(2, 6), ((MapNode)yaml["a"]!)["b"]!.At);
        Assert.Equal(new Position(2, 9), ((MapNode)json["a"]!)["é"]!.At);
    }
}
