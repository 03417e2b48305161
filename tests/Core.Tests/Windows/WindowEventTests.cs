using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Windows;

public sealed class WindowEventTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 31, 13, 0, 0, TimeSpan.FromHours(1));

    private static BatchContext Context(bool isFinal = false, bool isEarly = false, string state = "{}") => new()
    {
        Consumer = "search",
        ShardId = new ShardId("shard-1"),
        StreamArn = Records.Stream,
        Window = new BatchWindow
        {
            Start = s_start,
            End = s_start.AddSeconds(90),
            State = Encoding.UTF8.GetBytes(state),
            IsFinalInvokeForWindow = isFinal,
            IsWindowTerminatedEarly = isEarly,
        },
    };

    [Fact]
    public void T1_event_has_the_members_of_its_window()
    {
        var json = Write([Records.Numbered("1")], Context(state: """{"n":1}"""));

        using var document = JsonDocument.Parse(json);
        Assert.Equal(
            ["Records", "window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly"],
            document.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith(
            $$$"""
            ],"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:01:30Z"},"state":{"n":1},"shardId":"shard-1","eventSourceARN":"{{{Records.Stream}}}","isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false}
            """,
            json,
            StringComparison.Ordinal);
    }

    [Fact]
    public void T1_T6_final_event_without_records_still_names_its_stream()
    {
        var json = Write([], Context(isFinal: true, isEarly: true));

        Assert.Equal(
            $$$"""
            {"Records":[],"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:01:30Z"},"state":{},"shardId":"shard-1","eventSourceARN":"{{{Records.Stream}}}","isFinalInvokeForWindow":true,"isWindowTerminatedEarly":true}
            """,
            json);
    }

    [Fact]
    public void V7_event_without_window_has_records_and_nothing_else()
    {
        var record = Records.Numbered("1");
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, [record]);

        Assert.Equal(Encoding.UTF8.GetString(output.WrittenSpan), Write([record], Context().WithWindow(null)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void T1_window_of_an_event_is_read_as_it_was_written(bool isFinal, bool isEarly)
    {
        using var page = RecordPage.Parse(Encoding.UTF8.GetBytes(Write([Records.Numbered("1")], Context(isFinal, isEarly, """{"a":{"b":[1]}}"""))));

        var window = page.Window!;
        Assert.Equal((s_start.ToUniversalTime(), s_start.AddSeconds(90).ToUniversalTime()), (window.Start, window.End));
        Assert.Equal(TimeSpan.Zero, window.Start.Offset);
        Assert.Equal("""{"a":{"b":[1]}}""", Encoding.UTF8.GetString(window.State.Span));
        Assert.Equal((isFinal, isEarly), (window.IsFinalInvokeForWindow, window.IsWindowTerminatedEarly));
        Assert.Equal((new ShardId("shard-1"), Records.Stream), (page.ShardId!.Value, page.StreamArn!.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","window":null""")]
    public void Event_without_window_has_none(string members)
    {
        using var page = RecordPage.Parse(Encoding.UTF8.GetBytes($$"""{"Records":[]{{members}}}"""));

        Assert.Equal((null, null, null), (page.Window, page.ShardId, page.StreamArn));
    }

    [Fact]
    public void T1_window_without_state_begins_with_an_empty_one()
    {
        using var page = RecordPage.Parse("""{"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:01:00Z"},"Records":[]}"""u8.ToArray());

        Assert.Equal("{}", Encoding.UTF8.GetString(page.Window!.State.Span));
        Assert.False(page.Window.IsFinalInvokeForWindow);
    }

    [Theory]
    [InlineData("""{"window":1,"Records":[]}""", "'window' is not an object")]
    [InlineData("""{"window":{"start":"2026-01-31T12:00:00Z"},"Records":[]}""", "no 'end'")]
    [InlineData("""{"window":{"start":"soon","end":"2026-01-31T12:00:00Z"},"Records":[]}""", "no 'start'")]
    [InlineData("""{"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:01:00Z"},"state":[],"Records":[]}""", "'state' is not an object")]
    [InlineData("""{"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:01:00Z"},"isFinalInvokeForWindow":"yes","Records":[]}""", "'isFinalInvokeForWindow' is neither")]
    public void Window_that_is_not_what_Lambda_sends_is_refused_and_the_records_can_be_read(string json, string why)
    {
        using var page = RecordPage.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Empty(page.Records);
        Assert.Contains(why, Assert.Throws<JsonException>(() => page.Window).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_call_of_a_window_has_the_new_state_and_is_terminated_early_only_when_it_is_the_final_one()
    {
        var window = Context(isFinal: true, isEarly: true).Window!;

        var next = window.With("""{"n":2}"""u8.ToArray(), isFinal: false);

        Assert.Equal((window.Start, window.End, false, false), (next.Start, next.End, next.IsFinalInvokeForWindow, next.IsWindowTerminatedEarly));
        Assert.True(window.With(next.State, isFinal: true).IsWindowTerminatedEarly);
        Assert.Equal("""{"n":2}""", Encoding.UTF8.GetString(next.State.Span));
    }

    [Fact]
    public void Context_that_is_made_of_another_has_everything_else_of_it()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Progress<StreamRecord>();
        var context = new BatchContext
        {
            Consumer = "search",
            ShardId = new ShardId("shard-1"),
            StreamArn = Records.Stream,
            Window = Context().Window,
            LeaseEpoch = 7,
            Attempt = 2,
            IsolatesItems = true,
            Progress = progress,
            HostStopping = cancellation.Token,
            LeaseLost = cancellation.Token,
            TimedOut = cancellation.Token,
        };

        foreach (var copy in new[] { context.WithWindow(context.Window), context.WithProgress(progress), context.WithTimeOut(cancellation.Token) })
            Assert.All(typeof(BatchContext).GetProperties(), property => Assert.Equal(property.GetValue(context), property.GetValue(copy)));
        Assert.Null(context.WithWindow(null).Window);
    }

    private static string Write(IReadOnlyList<StreamRecord> records, BatchContext context)
    {
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, records, context);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
