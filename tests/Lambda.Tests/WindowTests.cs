using System.Text.Json.Serialization;
using StreamWorker.Batches;

namespace StreamWorker.Lambda.Tests;

internal sealed record Tally(int Records = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Tally))]
internal sealed partial class TallyJson : JsonSerializerContext;

/// <summary>Events of a mapping with <c>TumblingWindowInSeconds</c>.</summary>
public sealed class WindowTests
{
    private const string State = """{"records":2}""";

    [Fact]
    public async Task T1_T3_window_and_state_reach_the_handler_and_its_state_is_answered()
    {
        WindowContext<Tally>? seen = null;
        await using var function = await CountingAsync((_, context) => seen = context);

        Assert.Equal("""{"state":{"records":5},"batchItemFailures":[]}""", await function.Api.Invoke(Event(3)).ResponseAsync());

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), seen!.Start);
        Assert.Equal(seen.Start.AddMinutes(2), seen.End);
        Assert.Equal(("shard-7", Events.Stream, false), (seen.Batch.ShardId!.Value.Value, seen.Batch.StreamArn!.Value.Value, seen.IsFinalInvokeForWindow));
    }

    [Fact]
    public async Task T6_final_event_without_records_reaches_the_handler()
    {
        var finals = 0;
        await using var function = await CountingAsync((records, context) => finals += context.IsFinalInvokeForWindow && records.Count == 0 && context.State.Records == 2 ? 1 : 0);

        Assert.Equal("""{"state":{"records":2},"batchItemFailures":[]}""", await function.Api.Invoke(Event(0, isFinal: true)).ResponseAsync());
        Assert.Equal(1, finals);
    }

    [Fact]
    public async Task T3_B7_failures_are_answered_together_with_the_state()
    {
        await using var function = await CountingAsync((records, context) => context.AddFailure(records[2], new InvalidOperationException("no")));

        Assert.Equal(
            $$$"""{"state":{"records":5},"batchItemFailures":[{"itemIdentifier":"{{{Events.Number(3)}}}"}]}""",
            await function.Api.Invoke(Event(3)).ResponseAsync());
        Assert.Contains($"Record {Events.Number(3)} failed", function.Output.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 0)]
    public async Task T6_T8_handler_that_throws_fails_the_invocation(bool isFinal, int count)
    {
        await using var function = await CountingAsync((_, _) => throw new TimeoutException("the index is down"));

        var answer = await function.Api.Invoke(Event(count, isFinal)).AnswerAsync();

        Assert.Equal(("error", "Function.TimeoutException"), (answer.What, answer.Headers["Lambda-Runtime-Function-Error-Type"]));
    }

    [Fact]
    public async Task T3_handler_that_knows_no_windows_fails_the_invocation_with_the_reason()
    {
        await using var function = await FunctionUnderTest.StartAsync(_ => { });

        var answer = await function.Api.Invoke(Event(3)).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Contains("gave no state for the next call", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_without_window_fails_the_handler_of_windows_and_one_without_records_does_not()
    {
        await using var function = await CountingAsync((_, _) => { });

        Assert.Equal(Events.Failures([null]), await function.Api.Invoke(Events.Batch(3)).ResponseAsync());
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(0)).ResponseAsync());
    }

    [Fact]
    public async Task Event_whose_window_cannot_be_read_fails_the_invocation()
    {
        await using var function = await CountingAsync((_, _) => { });

        var answer = await function.Api.Invoke(Event(3).Replace("2026-11-23T10:00:00Z", "soon", StringComparison.Ordinal)).AnswerAsync();

        Assert.Equal("error", answer.What);
        Assert.Contains("'start'", answer.Body, StringComparison.Ordinal);
    }

    private static string Event(int count, bool isFinal = false) =>
        Events.Batch(count)[..^1] + $$$"""
        ,"window":{"start":"2026-11-23T10:00:00Z","end":"2026-11-23T10:02:00Z"},"state":{{{State}}},"shardId":"shard-7","eventSourceARN":"{{{Events.Stream}}}","isFinalInvokeForWindow":{{{(isFinal ? "true" : "false")}}},"isWindowTerminatedEarly":false}
        """;

    private static Task<FunctionUnderTest> CountingAsync(Action<IReadOnlyList<StreamRecord>, WindowContext<Tally>> look) => FunctionUnderTest.StartAsync(
        consumer => consumer.HandleWindow(TallyJson.Default.Tally, (records, context, _) =>
        {
            look(records, context);
            return new(context.State with { Records = context.State.Records + records.Count });
        }));
}
