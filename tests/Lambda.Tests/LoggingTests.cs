using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;

namespace StreamWorker.Lambda.Tests;

public sealed class LoggingTests
{
    [Fact]
    public async Task Text_event_is_one_line_with_request_id_and_level_A11()
    {
        await using var function = await FunctionUnderTest.StartAsync(consumer => Log(consumer, logger =>
            logger.LogError(new InvalidOperationException("first\nsecond"), "Order {Order} failed\r\nbadly", 7)));

        var invocation = function.Api.Invoke(Events.Batch(1));
        await invocation.ResponseAsync();

        var line = Assert.Single(Lines(function));
        Assert.Contains($"Z\t{invocation.RequestId}\tERROR\torders\tOrder 7 failed\rbadly\rSystem.InvalidOperationException: first\rsecond", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_event_is_one_object_a_line_A11()
    {
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => Log(consumer, logger => logger.LogWarning(new InvalidOperationException("first\nsecond"), "Order {Order} of {Customer}: {Missing} {Total} {Paid}", 7, "Ann \"A\"", null, 1.5m, true)),
            environment: ("AWS_LAMBDA_LOG_FORMAT", "JSON"));

        var invocation = function.Api.Invoke(Events.Batch(1));
        await invocation.ResponseAsync();

        var log = JsonDocument.Parse(Assert.Single(Lines(function))).RootElement;
        Assert.Equal("WARN", log.GetProperty("level").GetString());
        Assert.Equal(invocation.RequestId, log.GetProperty("requestId").GetString());
        Assert.Equal("orders", log.GetProperty("category").GetString());
        Assert.Equal("Order 7 of Ann \"A\": (null) 1.5 True", log.GetProperty("message").GetString());
        Assert.Equal("""{"Order":7,"Customer":"Ann \"A\"","Missing":null,"Total":"1.5","Paid":true}""", log.GetProperty("properties").GetRawText());
        Assert.Equal("System.InvalidOperationException", log.GetProperty("errorType").GetString());
        Assert.Equal("first\nsecond", log.GetProperty("errorMessage").GetString());
        Assert.True(log.GetProperty("timestamp").TryGetDateTimeOffset(out _));
    }

    [Theory]
    [InlineData("WARN", "WARN ERROR FATAL")]
    [InlineData("FATAL", "FATAL")]
    [InlineData("TRACE", "TRACE DEBUG INFO WARN ERROR FATAL")]
    [InlineData("", "INFO WARN ERROR FATAL")]
    public async Task Level_of_the_function_is_honoured_A11(string level, string expected)
    {
        await using var function = await FunctionUnderTest.StartAsync(
            consumer => Log(consumer, logger =>
            {
                foreach (var value in Enum.GetValues<LogLevel>())
                    logger.Log(value, "said");
            }),
            environment: ("AWS_LAMBDA_LOG_LEVEL", level));

        await function.Api.Invoke(Events.Batch(1)).ResponseAsync();

        Assert.Equal(expected.Split(' '), Lines(function).Where(line => line.EndsWith("\tsaid", StringComparison.Ordinal)).Select(line => line.Split('\t')[2]));
    }

    private static void Log(ConsumerBuilder consumer, Action<ILogger> log) => consumer.Handle((_, context, _) =>
    {
        log(context.Services.GetRequiredService<ILoggerFactory>().CreateLogger("orders"));
        return ValueTask.CompletedTask;
    });

    private static string[] Lines(FunctionUnderTest function) => function.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
