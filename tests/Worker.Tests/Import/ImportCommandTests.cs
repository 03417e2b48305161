using System.Diagnostics;
using StreamWorker.Worker.Commands;
using StreamWorker.Worker.Tests.Program;

namespace StreamWorker.Worker.Tests.Import;

public sealed class ImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streamworker-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Settings_go_to_standard_output_and_the_rest_to_standard_error()
    {
        var template = Put("template.json", Fixtures.CloudFormationJson);

        var (code, output, error) = await RunAsync(template, "--url", "http://localhost:9000/");

        Assert.Equal(0, code);
        Assert.Equal(
            """
            {
              "StreamWorker": {
                "Consumers": {
                  "Totals": {
                    "StreamArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123",
                    "StartingPosition": "LATEST",
                    "BatchSize": 100,
                    "TumblingWindowInSeconds": 60,
                    "Handler": {
                      "Type": "Http",
                      "Url": "http://localhost:9000/"
                    }
                  }
                }
              }
            }

            """.ReplaceLineEndings("\n"),
            output);
        Assert.Contains($"{template}:11:17: no counterpart: Totals: Tags: they are labels of the mapping in AWS; label the workload that runs the worker instead.\n", error);
        Assert.Contains($"{template}:5:21: note: Totals: Handler: the code of function totals is expected at http://localhost:9000/; its requests name the consumer 'Totals' in X-StreamWorker-Consumer.\n", error);
        Assert.Contains($"{template}: note: ParallelizationFactor: it can go up to 1000 here; Lambda ends at 10.\n", error);
    }

    [Theory]
    [InlineData("env", "StreamWorker__Consumers__Notify__TableName=Orders\nStreamWorker__Consumers__Notify__StartingPosition=LATEST\n")]
    [InlineData("helm", "config:\n  Consumers:\n    Notify:\n      TableName: Orders\n      StartingPosition: LATEST\n      BatchSize: 10\n      FunctionResponseTypes:\n        - ReportBatchItemFailures\n      FilterCriteria:\n        Filters:\n          - Pattern: \"{\\\"eventName\\\":[\\\"REMOVE\\\"]}\"\n")]
    public async Task Other_notations_are_had_by_name(string notation, string start)
    {
        var (code, output, _) = await RunAsync(Put("sam.yaml", Fixtures.Sam), "--output", notation);

        Assert.Equal(0, code);
        Assert.StartsWith(start, output);
    }

    [Fact]
    public async Task File_is_written_and_not_overwritten_unless_told()
    {
        var template = Put("template.yaml", Fixtures.CloudFormationYaml);
        var file = Path.Combine(_folder, "appsettings.json");

        var first = await RunAsync(template, "--file", file);
        var written = await File.ReadAllTextAsync(file);
        var second = await RunAsync(template, "--file", file, "--all");
        var kept = await File.ReadAllTextAsync(file);
        var third = await RunAsync(template, "--file", file, "--all", "--force");

        Assert.Equal((0, ""), (first.Code, first.Output));
        Assert.Contains("\"TableName\": \"orders-prod\"", written);
        Assert.Equal(1, second.Code);
        Assert.Contains($"streamworker import: '{file}' exists; --force overwrites it.\n", second.Error);
        Assert.Equal(written, kept);
        Assert.Equal(0, third.Code);
        Assert.Contains("\"TumblingWindowInSeconds\": 0", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Shorter_text_leaves_nothing_of_the_file_that_it_overwrites()
    {
        var file = Put("appsettings.json", new string('x', 100_000));

        await RunAsync(Put("template.yaml", Fixtures.CloudFormationYaml), "--file", file, "--force");

        Assert.EndsWith("}\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Strict_writes_nothing_when_something_has_no_counterpart()
    {
        var loose = await RunAsync(Put("a.json", Fixtures.CloudFormationJson), "--strict");
        var clean = await RunAsync(Put("b.json", Fixtures.Cdk), "--strict");

        Assert.Equal((1, ""), (loose.Code, loose.Output));
        Assert.Contains("nothing is written, because not everything has a counterpart (--strict).\n", loose.Error);
        Assert.Equal(0, clean.Code);
    }

    [Theory]
    [InlineData("Resources:\n  A:\n    Type: x\n   B: y\n", ":4:4: it is not valid YAML: ")]
    [InlineData("{\"Resources\": {\n \"A\": {\"Type\" \"x\"}}}", ":2:15: it is not valid JSON: '\"' is invalid after a property name. Expected a ':'.\n")]
    [InlineData("", ": it is empty.\n")]
    [InlineData("hello", ": it is neither a CloudFormation or SAM template")]
    [InlineData("Resources: { Q: { Type: AWS::SQS::Queue } }", ": nothing is written, because it has no mapping of a DynamoDB stream.\n")]
    public async Task Input_without_mappings_is_exit_code_1(string text, string words)
    {
        var template = Put("input", text);

        var (code, output, error) = await RunAsync(template);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"streamworker import: {template}{words}", error);
    }

    [Fact]
    public async Task All_faults_are_named_and_nothing_is_written()
    {
        var template = Put("template.yaml", Fixtures.Mapping("BatchSize: 0\nParallelizationFactor: 11"));

        var (code, output, error) = await RunAsync(template);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"{template}:8:18: fault: Orders: BatchSize: '0' must be a whole number from 1 to 10000.\n", error);
        Assert.Contains($"{template}:9:30: fault: Orders: ParallelizationFactor: '11' must be a whole number from 1 to 10.\n", error);
        Assert.EndsWith($"streamworker import: {template}: nothing is written, because Lambda itself would refuse what is called a fault above.\n", error);
    }

    [Fact]
    public async Task File_that_is_not_there_is_exit_code_1()
    {
        var (code, output, error) = await RunAsync(Path.Combine(_folder, "none.yaml"));

        Assert.Equal((1, ""), (code, output));
        Assert.Matches("^streamworker import: Could not find file .*none.yaml'[.]\n$", error);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("import", "a", "b")]
    [InlineData("import", "a", "--output", "xml")]
    [InlineData("import", "a", "--parameter", "x")]
    [InlineData("import", "a", "--url", "localhost:9000")]
    [InlineData("import", "a", "--unknown")]
    public async Task Misuse_is_exit_code_2(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(2, await Verbs.RunAsync(arguments, output, error));
        Assert.StartsWith("streamworker import: ", error.ToString());
    }

    [Fact]
    public async Task Parameters_and_tables_are_options()
    {
        var (code, output, _) = await RunAsync(Put("t.yaml", Fixtures.CloudFormationYaml), "--parameter", "Stage=test", "--parameter", "Retries=9");
        var byTable = await RunAsync(Put("t.json", Fixtures.CloudFormationJson), "--by-table");

        Assert.Equal(0, code);
        Assert.Contains("\"TableName\": \"orders-test\"", output);
        Assert.Contains("\"MaximumRetryAttempts\": 9", output);
        Assert.Contains("\"TableName\": \"Orders\"", byTable.Output);
    }

    [Fact]
    public async Task Executable_reads_standard_input()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "streamworker.exe" : "streamworker"), ["import", "-", "--output", "env"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(Fixtures.GetMapping);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith($"StreamWorker__Consumers__index-orders__StreamArn={Fixtures.Stream}\n", await output);
        Assert.StartsWith("standard input:1:1: note: index-orders: Handler: ", await error);
    }

    [Fact]
    public async Task Help_names_the_verb_and_its_options()
    {
        var all = await WorkerProcess.RunAsync(["--help"]);
        var own = await WorkerProcess.RunAsync(["import", "--help"]);

        Assert.Contains("streamworker import SOURCE", all.Output);
        Assert.Contains("--parameter <NAME=VALUE>", own.Output);
        Assert.Equal((0, ""), (own.ExitCode, own.Error));
    }

    private string Put(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await Verbs.RunAsync(["import", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
