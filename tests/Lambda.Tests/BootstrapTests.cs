using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamWorker.Lambda.Tests;

/// <summary>The sample function, compiled ahead of time, against the fake Runtime API.</summary>
[Collection(BootstrapSuite.Name)]
public sealed partial class BootstrapTests(BootstrapFixture bootstrap)
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void Function_is_published_without_trimming_or_AOT_warnings()
    {
        Assert.DoesNotContain("warning", bootstrap.PublishOutput, StringComparison.OrdinalIgnoreCase);
        var size = new FileInfo(bootstrap.Executable).Length;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bootstrap: {size / (double)Megabyte:F1} MB"));
        Assert.InRange(size, Megabyte, 10 * Megabyte);
    }

    [Fact]
    public async Task Function_needs_no_newer_C_library_than_Amazon_Linux_2023_has_A9()
    {
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(bootstrap.Executable));

        var newest = SymbolVersion().Matches(text).Select(match => Version.Parse(match.Groups["version"].Value)).Max();

        Assert.NotNull(newest);
        Assert.True(newest <= new Version(2, 34), $"glibc {newest} is needed and Amazon Linux 2023 has 2.34: build on an older system");
    }

    [Fact]
    public async Task Function_handles_reports_and_goes_on_A1_A8_A17()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionProcess.Start(bootstrap.Executable, ("AWS_LAMBDA_RUNTIME_API", api.Address), ("AWS_LAMBDA_FUNCTION_NAME", "orders-index"));
        var noTotal = Events.Record(2, $"\"{Events.Number(2)}\"", """{"pk":{"S":"order-2"},"total":{"S":"a lot"}}""");
        var removed = Events.Record(3).Replace("INSERT", "REMOVE", StringComparison.Ordinal);

        Assert.Equal(Events.Nothing, await api.Invoke(Events.Of(Events.Record(1), removed)).ResponseAsync());
        Assert.Equal(Events.Failures(2), await api.Invoke(Events.Of(Events.Record(1), noTotal, Events.Record(3))).ResponseAsync());
        Assert.Equal("error", (await api.Invoke("{\"key1\":\"value1\"}").AnswerAsync()).What);
        Assert.Equal(Events.Nothing, await api.Invoke(Events.Batch(100)).ResponseAsync());

        await api.AskedAsync(5);
        await function.TerminateAsync();
        var (exitCode, output, errors) = await function.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains("Order order-1 indexed with total 1.5", output, StringComparison.Ordinal);
        Assert.Contains("Order order-3 removed from the index", output, StringComparison.Ordinal);
        Assert.Contains("dynamodb.NewImage.total", output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task Json_logs_are_written_A11()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionProcess.Start(bootstrap.Executable, ("AWS_LAMBDA_RUNTIME_API", api.Address), ("AWS_LAMBDA_LOG_FORMAT", "JSON"));
        var invocation = api.Invoke(Events.Batch(1));
        await invocation.ResponseAsync();

        await api.AskedAsync(2);
        await function.TerminateAsync();
        var (_, output, _) = await function.EndAsync();

        var log = JsonDocument.Parse(output.Split('\n')[0]).RootElement;
        Assert.Equal(invocation.RequestId, log.GetProperty("requestId").GetString());
        Assert.Equal("order-1", log.GetProperty("properties").GetProperty("Order").GetString());
    }

    [Fact]
    public async Task Failed_init_is_reported_and_ends_the_process_with_a_failure_A7()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionProcess.Start(bootstrap.Executable, ("AWS_LAMBDA_RUNTIME_API", api.Address), ("AWS_LAMBDA_MAX_CONCURRENCY", "many"));

        var (exitCode, _, errors) = await function.EndAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("AWS_LAMBDA_MAX_CONCURRENCY is 'many'", errors, StringComparison.Ordinal);
        Assert.Contains("AWS_LAMBDA_MAX_CONCURRENCY is 'many'", (await api.InitError).Body, StringComparison.Ordinal);
        Assert.False(api.HasAsked);
    }

    [Fact]
    public async Task Program_outside_Lambda_ends_with_a_failure_and_says_how_to_try_it()
    {
        await using var function = FunctionProcess.Start(bootstrap.Executable);

        var (exitCode, _, errors) = await function.EndAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("AWS_LAMBDA_RUNTIME_API is not set", errors, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"GLIBC_(?<version>2\.[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SymbolVersion();
}
