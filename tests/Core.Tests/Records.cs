using System.Text;

namespace StreamWorker.Core.Tests;

/// <summary>Pages and records for tests.</summary>
internal static class Records
{
    public static readonly StreamArn Stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000");

    public const string Insert = """
        {"eventID":"c9fbe7d0261a5163fcb6940593e41797","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1",
         "dynamodb":{"ApproximateCreationDateTime":1795448752,"Keys":{"id":{"S":"o-1"}},"NewImage":{"id":{"S":"o-1"},"total":{"N":"12.50"}},
         "SequenceNumber":"300000000000000499659","SizeBytes":41,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """;

    public static RecordPage Page(params string[] records) => PageOf($$"""{"Records":[{{string.Join(',', records)}}],"NextShardIterator":"next"}""");

    public static RecordPage PageOf(string json) => RecordPage.Parse(Encoding.UTF8.GetBytes(json), Stream);

    public static StreamRecord Record(string json) => Assert.Single(Page(json).Records);

    /// <summary>A record in the middle of which a member of <c>dynamodb</c> is as given.</summary>
    public static StreamRecord WithChange(string members) =>
        Record($$$"""{"eventID":"e","eventName":"MODIFY","dynamodb":{"SequenceNumber":"100000000000000000001",{{{members}}}}}""");

    public static StreamRecord Numbered(string sequenceNumber) =>
        Record($$$"""{"eventID":"event-{{{sequenceNumber}}}","eventName":"MODIFY","dynamodb":{"Keys":{"id":{"S":"a"}},"SequenceNumber":"{{{sequenceNumber}}}"}}""");

    /// <summary>A new image with one attribute <c>a</c> whose typed value is as given.</summary>
    public static AttributeValue Value(string typedValue) => Image($$"""{"a":{{typedValue}}}""")["a"];

    /// <summary>A new image whose JSON is as given, with a byte between the parts that is not UTF-8.</summary>
    public static Item ImageOf(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        byte[] bytes = [.. "{\"Records\":[{\"dynamodb\":{\"NewImage\":"u8, .. before, 0xff, .. after, .. "}}]}"u8];
        return RecordPage.Parse(bytes, Stream).Records[0].NewImage!;
    }

    public static Item Image(string json) => WithChange($"\"NewImage\":{json}").NewImage!;

    /// <summary>A typed value that lies as many maps deep, each with one attribute <c>a</c>.</summary>
    public static string Nested(int levels)
    {
        var json = new StringBuilder();
        for (var level = 0; level < levels; level++)
            json.Append("{\"M\":{\"a\":");
        return json.Append("{\"S\":\"deep\"}").Append('}', 2 * levels).ToString();
    }
}
