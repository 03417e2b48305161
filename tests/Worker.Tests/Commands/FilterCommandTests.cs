using System.CommandLine;
using System.Text;
using System.Text.Json;
using StreamWorker.Worker.Commands;

namespace StreamWorker.Worker.Tests.Commands;

public sealed class FilterCommandTests : IDisposable
{
    private const string Insert = """{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"1"}},"NewImage":{"total":{"N":"120"}},"SequenceNumber":"111"}}""";
    private const string Remove = """{"eventName":"REMOVE","dynamodb":{"Keys":{"id":{"S":"1"}},"SequenceNumber":"112"}}""";
    private const string Inserts = """{"eventName":["INSERT"]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("filter-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData($$"""{"Records":[{{Insert}},{{Remove}}]}""")]
    [InlineData($$"""{"NextShardIterator":"x","Records":[{{Insert}},{{Remove}}]}""")]
    [InlineData(Insert + "\n" + Remove + "\n")]
    [InlineData($$"""
        {"Records":[{{Insert}}]}
        {{Remove}}
        """)]
    public async Task Records_are_tried_in_whatever_form_they_come(string content)
    {
        var file = Write("sample.json", content);

        var (code, output, error) = await RunAsync("--pattern", Inserts, file);

        Assert.Equal(
            $"""
            match: {file}[0] 111
            no match: {file}[1] 112: eventName is "REMOVE", and ["INSERT"] is asked for
            records: 2, match: 1, no match: 1

            """,
            output);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task Single_record_comes_from_standard_input()
    {
        var (code, output, _) = await RunAsync(() => new MemoryStream(Encoding.UTF8.GetBytes(Insert)), "-p", Inserts);

        Assert.Equal("match: -[0] 111\nrecords: 1, match: 1, no match: 0\n", output);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Patterns_alone_are_looked_at_when_there_are_no_records()
    {
        var (code, output, _) = await RunAsync("-p", """{"dynamodb":{"NewImage":{"total":{"N":[{"numeric":[">",100]}]}}}}""");

        Assert.Equal(
            """
            warning: dynamodb.NewImage.total.N: numeric never matches: DynamoDB's numbers are JSON texts; {"streamworker:numeric":[">",100]} compares them, which Lambda cannot [F8]
            records: 0, match: 0, no match: 0

            """,
            output);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Several_patterns_are_alternatives_and_each_says_why_it_does_not_match()
    {
        var (_, output, _) = await RunAsync(
            "-p", """{"eventName":["MODIFY"]}""", "-p", """{"dynamodb":{"NewImage":{"total":{"N":[{"streamworker:numeric":[">",100]}]}}}}""", Write("a.json", Insert), Write("b.json", Remove));

        Assert.Contains("match: " + Path.Combine(_folder.FullName, "a.json") + "[0] 111\n", output, StringComparison.Ordinal);
        Assert.Contains(
            """[0] 112: pattern 1: eventName is "REMOVE", and ["MODIFY"] is asked for; pattern 2: dynamodb.NewImage.total.N is not there, and [{"streamworker:numeric":[">",100]}] is asked for""",
            output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Inserts)]
    [InlineData("""{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]}""")]
    [InlineData("""{"FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"},{"Pattern":"{\"eventName\":[\"MODIFY\"]}"}]}}""")]
    public async Task Patterns_come_from_a_file_as_they_are_in_a_template_F20(string content)
    {
        var (code, output, error) = await RunAsync("--pattern-file", Write("pattern.json", content), Write("sample.json", Insert + Remove));

        Assert.EndsWith("records: 2, match: 1, no match: 1\n", output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task Stream_of_records_that_do_not_name_it_can_be_said_F17()
    {
        const string Arn = "arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/x";
        var (_, output, _) = await RunAsync("-p", """{"eventSourceARN":[{"prefix":"arn:aws:dynamodb:eu-"}]}""", "--stream", Arn, Write("sample.json", Insert));

        Assert.EndsWith("match: 1, no match: 0\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_for_programs_holds_patterns_findings_records_reasons_and_counts()
    {
        var (code, output, _) = await RunAsync("--output", "json", "-p", """{"eventName":["insert"]}""", Write("sample.json", Insert));

        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal("F5", root.GetProperty("patterns")[0].GetProperty("findings")[0].GetProperty("rule").GetString());
        var record = root.GetProperty("records")[0];
        Assert.Equal(("111", 0, false), (record.GetProperty("sequenceNumber").GetString(), record.GetProperty("index").GetInt32(), record.GetProperty("matches").GetBoolean()));
        Assert.Equal("eventName is \"INSERT\", and [\"insert\"] is asked for", record.GetProperty("reasons")[0].GetString());
        Assert.Equal((0, 1), (root.GetProperty("matched").GetInt32(), root.GetProperty("notMatched").GetInt32()));
        Assert.Equal(0, code);
    }

    // E22
    [Fact]
    public async Task Pattern_that_is_none_is_one_message_and_exit_code_1()
    {
        var (code, output, error) = await RunAsync("-p", """{"eventName":"INSERT"}""");

        Assert.Equal("""streamworker filter: --pattern = '{"eventName":"INSERT"}': is no filter pattern: eventName: a list of conditions or an object is expected, and "INSERT" was found; write ["INSERT"] [F1]""" + "\n", error);
        Assert.Equal((1, ""), (code, output));
    }

    [Theory]
    [InlineData("nothing like it", "records are expected as JSON: a Lambda event, a GetRecords answer, a record, or lines of them (")]
    [InlineData("[1]", "(a record has the members eventName and dynamodb)")]
    [InlineData("""{"consumer":"orders"}""", "(a record has the members eventName and dynamodb)")]
    public async Task Sample_that_is_no_record_is_one_message_and_exit_code_1(string content, string message)
    {
        var (code, output, error) = await RunAsync("-p", Inserts, Write("sample.json", content));

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(character => character == '\n'));
        Assert.Equal((1, ""), (code, output));
    }

    [Fact]
    public async Task File_that_is_not_there_is_one_message_and_exit_code_1()
    {
        var (code, _, error) = await RunAsync("-p", Inserts, Path.Combine(_folder.FullName, "none.json"));

        Assert.StartsWith("streamworker filter: Could not find file", error, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData("a pattern is needed", "sample.json")]
    [InlineData("'xml' not recognized", "-p", "{}", "--output", "xml")]
    [InlineData("--stream arn:x: must be arn:PARTITION", "-p", "{}", "--stream", "arn:x")]
    public async Task Misuse_is_said_and_exit_code_2(string message, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Verbs.RunAsync(["filter", .. arguments], output, error, TestContext.Current.CancellationToken);

        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Assert.Equal((2, ""), (code, output.ToString()));
    }

    [Fact]
    public async Task Help_of_the_verb_and_of_the_executable_name_it()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Contains("--pattern-file", output, StringComparison.Ordinal);
        Assert.Equal(0, code);

        using var help = new StringWriter();
        await CommandLine.AnswerAsync(["--help"], help, TextWriter.Null);
        Assert.Contains("streamworker filter", help.ToString(), StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(() => null, arguments);

    private static async Task<(int Code, string Output, string Error)> RunAsync(Func<Stream?> input, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var root = new RootCommand { FilterCommand.New(input) };
        var code = await root.Parse(["filter", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string name, string content)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, content);
        return file;
    }
}
