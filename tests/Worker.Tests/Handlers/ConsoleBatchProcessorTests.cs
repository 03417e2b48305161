using System.IO.Pipes;
using System.Text;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Handlers;

public sealed class ConsoleBatchProcessorTests
{
    private readonly MemoryStream _output = new();

    [Fact]
    public async Task Json_line_has_every_member_and_plain_values()
    {
        var record = Records.Json(
            "000000000000000000042",
            """{"id":{"S":"o-1"},"total":{"N":"12345678901234567890.123456789"},"tags":{"SS":["a","b"]},"raw":{"B":"AQI="},"who":{"M":{"name":{"S":"Zoë <z>\n"}}},"gone":{"NULL":true},"ok":{"BOOL":false},"list":{"L":[{"N":"1"},{"S":"x"}]}}""",
            """{"id":{"S":"o-1"}}""");

        await WriteAsync(ConsoleFormat.Json, record);

        Assert.Equal(
            """
            {"consumer":"orders","shardId":"shardId-00000001769847330123-fb9ebbab","sequenceNumber":"000000000000000000042","eventId":"e000000000000000000042","eventName":"MODIFY","time":"2026-01-31T08:15:30Z","keys":{"id":"o-1"},"new":{"id":"o-1","total":12345678901234567890.123456789,"tags":["a","b"],"raw":"AQI=","who":{"name":"Zoë <z>\n"},"gone":null,"ok":false,"list":[1,"x"]},"old":{"id":"o-1"}}

            """,
            Text());
    }

    [Fact]
    public async Task Json_line_leaves_out_images_that_the_record_does_not_have()
    {
        await WriteAsync(ConsoleFormat.Json, Records.Json("1", eventName: "REMOVE"));

        Assert.Equal(
            """{"consumer":"orders","shardId":"shardId-00000001769847330123-fb9ebbab","sequenceNumber":"1","eventId":"e1","eventName":"REMOVE","time":"2026-01-31T08:15:30Z","keys":{"id":"o-1"}}""" + "\n",
            Text());
    }

    [Theory]
    [InlineData("INSERT", """{"id":{"S":"o-1"},"status":{"S":"open"},"total":{"N":"12.50"}}""", null, "08:15:30  INSERT  id: \"o-1\"  status: \"open\", total: 12.50")]
    [InlineData(
        "MODIFY",
        """{"id":{"S":"o-1"},"status":{"S":"paid"},"note":{"S":"x"},"same":{"N":"1"}}""",
        """{"id":{"S":"o-1"},"status":{"S":"open"},"draft":{"BOOL":true},"same":{"N":"1"}}""",
        "08:15:30  MODIFY  id: \"o-1\"  status: \"open\" -> \"paid\", +note: \"x\", -draft: true")]
    [InlineData("MODIFY", """{"id":{"S":"o-1"},"status":{"S":"paid"}}""", null, "08:15:30  MODIFY  id: \"o-1\"  status: \"paid\"")]
    [InlineData("REMOVE", null, """{"id":{"S":"o-1"},"status":{"S":"paid"}}""", "08:15:30  REMOVE  id: \"o-1\"  status: \"paid\"")]
    [InlineData("REMOVE", null, null, "08:15:30  REMOVE  id: \"o-1\"")]
    [InlineData(
        "MODIFY",
        """{"id":{"S":"o-1"},"t":{"S":"\u001b[31m\n0123456789012345678901234567890123456789012345678901234567890"}}""",
        """{"id":{"S":"o-1"},"t":{"S":""}}""",
        "08:15:30  MODIFY  id: \"o-1\"  t: \"\" -> \"\\u001B[31m\\n0123456789012345678901234567890123456789012345…")]
    public async Task Text_line_says_what_changed(string eventName, string? newImage, string? oldImage, string line)
    {
        await WriteAsync(ConsoleFormat.Text, Records.Json("1", newImage, oldImage, eventName));

        Assert.Equal(line + "\n", Text());
    }

    [Fact]
    public async Task Text_line_names_time_to_live_and_counts_what_it_leaves_out()
    {
        var many = string.Join(',', Enumerable.Range(1, 14).Select(i => $"\"a{i}\":{{\"N\":\"{i}\"}}"));

        await WriteAsync(ConsoleFormat.Text, Records.Json(
            "1",
            oldImage: $"{{{many}}}",
            eventName: "REMOVE",
            more: ",\"userIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}"));

        Assert.Equal("08:15:30  REMOVE  id: \"o-1\"  a1: 1, a2: 2, a3: 3, a4: 4, a5: 5, a6: 6, a7: 7, a8: 8, a9: 9, a10: 10, a11: 11, a12: 12 and 2 more  (time to live)\n", Text());
    }

    [Theory]
    [InlineData(ConsoleFormat.Json)]
    [InlineData(ConsoleFormat.Text)]
    public async Task Malformed_record_fails_alone_and_the_lines_before_it_are_written(object format)
    {
        var result = await WriteAsync(
            (ConsoleFormat)format,
            Records.Simple("1"),
            Records.Json("2", """{"id":{"S":"o-1"},"bad":{"N":"many"}}"""),
            Records.Simple("3"));

        Assert.Equal(["2"], result.Identifiers());
        Assert.IsType<RecordFormatException>(result.Error);
        Assert.Single(Text().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Closed_output_is_a_failure_of_the_batch()
    {
        var reader = new AnonymousPipeServerStream(PipeDirection.In);
        var writer = new AnonymousPipeClientStream(PipeDirection.Out, reader.GetClientHandleAsString());
        await reader.DisposeAsync();
        var processor = new ConsoleBatchProcessor(ConsoleFormat.Json, new RecordOutput(writer));

        var result = await processor.ProcessAsync(Records.Three, Records.Context, CancellationToken.None);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal(0, result.CountFinished(Records.Three));
        Assert.StartsWith("The records could not be written to standard output:", result.Error!.Message);
    }

    [Fact]
    public async Task Cancelled_batch_writes_nothing_and_is_not_finished()
    {
        var processor = new ConsoleBatchProcessor(ConsoleFormat.Json, new RecordOutput(_output));

        var result = await processor.ProcessAsync(Records.Three, Records.Context, new CancellationToken(canceled: true));

        Assert.Equal(0, result.CountFinished(Records.Three));
        Assert.Equal("", Text());
    }

    private async Task<BatchResult> WriteAsync(object format, params string[] records) =>
        await new ConsoleBatchProcessor((ConsoleFormat)format, new RecordOutput(_output)).ProcessAsync(Records.Parse(records), Records.Context, CancellationToken.None);

    private string Text() => Encoding.UTF8.GetString(_output.ToArray());
}
