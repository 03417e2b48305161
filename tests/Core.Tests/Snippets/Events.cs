using System.Buffers;
using System.Text.Json;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Snippets;

public sealed class Events
{
    [Fact]
    public async Task Event_is_read_from_a_stream_and_written_back()
    {
        await using var body = File.OpenRead(Example.Path);
        using RecordPage page = await RecordPage.ReadAsync(body, maximumBytes: 6_291_456, TestContext.Current.CancellationToken);
        StreamRecord kept = page.Records[0].Detach(); // Valid when the page is disposed of, too.

        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, page);              // All that was received.
        var batch = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(batch, [kept]);             // {"Records":[…]} of these records.

        var expected = JsonElement.Parse(await File.ReadAllBytesAsync(Example.Path));
        Assert.True(JsonElement.DeepEquals(expected, JsonElement.Parse(output.WrittenSpan)));
        Assert.True(JsonElement.DeepEquals(expected, JsonElement.Parse(batch.WrittenSpan)));
    }
}
