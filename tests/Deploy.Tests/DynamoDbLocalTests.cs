using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamWorker.Deploy.Tests;

public sealed class DynamoDbLocalTests
{
    private static readonly string Script = Repository.PathOf("tools/dynamodb-local/dynamodb-local");

    [Theory]
    [InlineData("", "a verb is needed")]
    [InlineData("restart", "unknown verb 'restart'")]
    [InlineData("start --prot 8000", "unknown option '--prot'")]
    [InlineData("start 8000", "unknown option '8000'")]
    [InlineData("start --port", "--port needs a value")]
    [InlineData("start --port 65536", "--port is '65536'")]
    [InlineData("run --port eight", "--port is 'eight'")]
    [InlineData("start --speed 0", "--speed is '0'")]
    [InlineData("start --speed -3", "--speed is '-3'")]
    [InlineData("start --clock yesterday", "--clock is 'yesterday'")]
    [InlineData("start --engine podman", "--engine is 'podman'")]
    [InlineData("start --engine docker --speed 10", "--speed and --clock need --engine java")]
    [InlineData("stop", "stop needs --port N or --all")]
    [InlineData("stop --port x", "--port is 'x'")]
    [InlineData("stop --every", "unknown option '--every'")]
    [InlineData("install --quickly", "unknown option '--quickly'")]
    [InlineData("install --port 8000", "install takes --engine E and nothing else")]
    public async Task Wrong_use_is_named_and_ends_with_2_and_the_usage(string arguments, string said)
    {
        var result = await Command.RunAsync(Script, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Contains("Usage: dynamodb-local install", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("run")]
    public async Task Taken_port_is_said(string verb)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = await Command.RunAsync(Script, verb, "--port", $"{port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"port {port} is taken by another program", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Stopping_what_does_not_run_is_said_and_no_failure()
    {
        var result = await Command.RunAsync(Script, "stop", "--port", "1");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("nothing to stop", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Started_emulator_prints_its_endpoint_answers_and_keeps_its_data_over_a_restart()
    {
        using var checkout = new ScriptCheckout(shareInstalled: true);
        var data = checkout.PathOf("data");

        var first = await Command.RunAsync(checkout.Script, "start", "--engine", "java", "--data", data);
        Assert.True(first.ExitCode == 0, first.Error);
        var endpoint = new Uri(Assert.Single(first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        var port = $"{endpoint.Port}";
        try
        {
            Assert.Equal("127.0.0.1", endpoint.Host);
            await CallAsync(endpoint, "CreateTable", """{"TableName":"Orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}""");
            var taken = await Command.RunAsync(checkout.Script, "start", "--port", port);
            Assert.Equal(1, taken.ExitCode);
            Assert.Contains($"dynamodb-local stop --port {port}", taken.Error, StringComparison.Ordinal);

            Assert.Equal(0, (await Command.RunAsync(checkout.Script, "stop", "--port", port)).ExitCode);
            await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(endpoint, "ListTables", "{}"));
            var second = await Command.RunAsync(checkout.Script, "start", "--engine", "java", "--data", data, "--port", port);

            Assert.Equal(first.Output, second.Output);
            Assert.Contains("Orders", await CallAsync(endpoint, "ListTables", "{}"), StringComparison.Ordinal);
        }
        finally
        {
            Assert.Equal(0, (await Command.RunAsync(checkout.Script, "stop", "--all")).ExitCode);
        }
        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(endpoint, "ListTables", "{}"));
    }

    [Fact]
    public async Task Run_becomes_the_emulator_with_its_clock_as_asked()
    {
        using var process = Command.Start(Script, ["run", "--speed", "2", "--clock", "2031-05-06 07:08"], []);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var endpoint = new Uri((await process.StandardOutput.ReadLineAsync(limit.Token))!);

            Assert.StartsWith("java\0", await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline", limit.Token), StringComparison.Ordinal);
            var created = await CallAsync(endpoint, "CreateTable", """{"TableName":"Orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}""");
            Assert.Contains("\"LatestStreamLabel\":\"2031-05-06T07:", created, StringComparison.Ordinal);

            process.Kill();
            await process.WaitForExitAsync(limit.Token);
            await errors;
            await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(endpoint, "ListTables", "{}"));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Missing_Java_is_said_with_the_command_that_installs_it()
    {
        using var checkout = new ScriptCheckout(shareInstalled: true);
        var path = checkout.OnlyTools("apt-get");
        var installed = await Command.RunAsync(checkout.Script, "install", "--engine", "java");
        Assert.True(installed.ExitCode == 0, installed.Error);

        var result = await Command.RunAsync(checkout.Script, ["install"], [new("PATH", path)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Java 11 or later is needed. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends default-jre-headless", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_npm_is_said_with_the_command_that_installs_it()
    {
        using var checkout = new ScriptCheckout(shareInstalled: false);
        var path = checkout.OnlyTools("apt-get");

        var result = await Command.RunAsync(checkout.Script, ["install"], [new("PATH", path)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("npm (with Node.js) is needed. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends nodejs npm", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_that_does_not_answer_is_said()
    {
        using var checkout = new ScriptCheckout(shareInstalled: true);
        checkout.FakeDocker("exit 1");

        var result = await Command.RunAsync(checkout.Script, ["start", "--engine", "docker"], [new("PATH", checkout.FakesFirst)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no Docker engine answers", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_engine_that_answers_is_taken_and_published_on_loopback_only()
    {
        using var checkout = new ScriptCheckout(shareInstalled: false);
        // Says what it is asked, and serves the published port in place of a container.
        checkout.FakeDocker("""
            printf '%s\n' "$*" >>"$FAKES/docker.log"
            case $1 in
              run)
                port=$(printf '%s' "$*" | sed 's/.*--publish 127\.0\.0\.1:\([0-9]*\):8000.*/\1/')
                node -e 'require("http").createServer((q, s) => s.end("{}")).listen(+process.argv[1], "127.0.0.1")' "$port" >/dev/null 2>&1 &
                printf '%s' $! >"$FAKES/docker.pid"
                ;;
              stop) kill "$(cat "$FAKES/docker.pid")" ;;
            esac
            """);
        KeyValuePair<string, string?>[] environment = [new("PATH", checkout.FakesFirst), new("FAKES", checkout.Fakes)];

        var started = await Command.RunAsync(checkout.Script, ["start"], environment);
        var stopped = await Command.RunAsync(checkout.Script, ["stop", "--all"], environment);

        Assert.True(started.ExitCode == 0, started.Error);
        Assert.Equal(0, stopped.ExitCode);
        var port = new Uri(started.Output.Trim()).Port;
        var asked = await File.ReadAllLinesAsync(Path.Combine(checkout.Fakes, "docker.log"));
        var run = Assert.Single(asked, line => line.StartsWith("run ", StringComparison.Ordinal));
        Assert.Contains($"--publish 127.0.0.1:{port}:8000", run, StringComparison.Ordinal);
        Assert.Matches(@"amazon/dynamodb-local:\d+\.\d+\.\d+ ", run);
        Assert.Contains("-sharedDb -disableTelemetry", run, StringComparison.Ordinal);
        Assert.Contains(asked, line => line == $"stop --time 10 streamworker-dynamodb-local-{port}");
    }

    private static async Task<string> CallAsync(Uri endpoint, string operation, string body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };
        request.Headers.Add("X-Amz-Target", $"DynamoDB_20120810.{operation}");
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return answer;
    }
}
