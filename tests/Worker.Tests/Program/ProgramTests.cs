using System.Net;
using System.Net.Sockets;

namespace StreamWorker.Worker.Tests.Program;

public sealed class ProgramTests
{
    [Theory]
    [InlineData(
        "StreamWorker__Consumers__orders__BatchSzie", "10",
        "StreamWorker:Consumers:orders:BatchSzie = '10': is not a setting; did you mean BatchSize?")]
    [InlineData(
        "StreamWorker__Consumers__orders__BatchSize", "0",
        "StreamWorker:Consumers:orders:BatchSize = '0': must be between 1 and 10000.")]
    [InlineData(
        "StreamWorker__Consumers__orders__StreamArn", "arn:aws:sqs:x",
        "StreamWorker:Consumers:orders:TableName = 'Orders': exactly one of TableName and StreamArn must be given (StreamArn is 'arn:aws:sqs:x').")]
    public async Task Fault_of_the_configuration_is_one_message_and_exit_code_1(string key, string value, string fault)
    {
        var (code, output, error) = await WorkerProcess.RunAsync([], ("StreamWorker__Consumers__orders__TableName", "Orders"), (key, value));

        Assert.Equal($"streamworker: the configuration has a fault:\n  {fault}\n", error);
        Assert.Equal((1, ""), (code, output));
    }

    [Fact]
    public async Task Several_faults_from_the_command_line_are_one_message()
    {
        var (code, output, error) = await WorkerProcess.RunAsync(
        [
            "--StreamWorker:Consumers:orders:TableName=Orders",
            "--StreamWorker:Consumers:orders:Handler:Type=Http",
            "--StreamWorker:Consumers:orders:Handler:Url=localhost:9000",
            "--StreamWorker:LeaseDuration=1",
            "--StreamWorker:DrainTimeout=01:00:00",
        ]);

        Assert.StartsWith("streamworker: the configuration has 3 faults:\n  ", error);
        Assert.Contains("\n  StreamWorker:Consumers:orders:Handler:Url = 'localhost:9000': must be an absolute http or https URL", error);
        Assert.Contains("\n  StreamWorker:LeaseDuration = '1': must be a duration", error);
        Assert.Contains("\n  StreamWorker:DrainTimeout = '01:00:00': must be between 00:00:00 and 00:15:00.", error);
        Assert.Equal(4, error.Count(character => character == '\n'));
        Assert.Equal((1, ""), (code, output));
    }

    [Fact]
    public async Task Port_that_is_taken_is_one_message_and_exit_code_1()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)holder.LocalEndpoint).Port}";

        // Port 9 answers nobody: the worker is still waiting for its tables when the web server fails.
        var (code, output, error) = await WorkerProcess.RunAsync(
            ["--urls", url],
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("StreamWorker__Consumers__orders__TableName", "Orders"));

        Assert.Contains($"streamworker: Failed to bind to address {url}: address already in use.", error);
        Assert.DoesNotContain("\n   at ", error);
        Assert.Equal((1, ""), (code, output));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_is_on_standard_output(string option)
    {
        var (code, output, error) = await WorkerProcess.RunAsync([option]);

        Assert.Contains("streamworker [--KEY=VALUE ...]", output);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task Version_is_on_standard_output() =>
        Assert.Equal((0, "streamworker 0.1.0\n", ""), await WorkerProcess.RunAsync(["--version"]));

    [Fact]
    public async Task Unknown_verb_is_misuse()
    {
        var (code, output, error) = await WorkerProcess.RunAsync(["rnu"]);

        Assert.Equal((2, "", "streamworker: unknown verb 'rnu'. See streamworker --help.\n"), (code, output, error));
    }
}
