using StreamWorker.Batches;

namespace StreamWorker.Worker.Tests;

/// <summary>Records as the Streams API sends them, and the context of their delivery.</summary>
internal static class Records
{
    public static readonly StreamArn Stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123");

    public static BatchContext Context { get; } = new() { Consumer = "orders", ShardId = new ShardId("shardId-00000001769847330123-fb9ebbab"), LeaseEpoch = 7, Attempt = 2 };

    public static string Json(string sequenceNumber, string? newImage = null, string? oldImage = null, string eventName = "MODIFY", string more = "")
    {
        var images = (newImage is null ? "" : $"\"NewImage\":{newImage},") + (oldImage is null ? "" : $"\"OldImage\":{oldImage},");
        return $$$"""
            {"eventID":"e{{{sequenceNumber}}}","eventName":"{{{eventName}}}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":1769847330,"Keys":{"id":{"S":"o-1"}},{{{images}}}"SequenceNumber":"{{{sequenceNumber}}}","SizeBytes":59,"StreamViewType":"NEW_AND_OLD_IMAGES"}{{{more}}}}
            """;
    }

    public static IReadOnlyList<StreamRecord> Parse(params IEnumerable<string> records) =>
        RecordPage.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"Records":[{{string.Join(',', records)}}]}"""), Stream).Records;

    public static IReadOnlyList<StreamRecord> Three { get; } = Parse(Simple("111111111111111111111"), Simple("222222222222222222222"), Simple("333333333333333333333"));

    public static string Simple(string sequenceNumber) => Json(sequenceNumber, """{"id":{"S":"o-1"},"n":{"N":"1"}}""", """{"id":{"S":"o-1"}}""");

    public static IReadOnlyList<string?> Identifiers(this BatchResult result) => [.. result.Failures.Select(failure => failure.ItemIdentifier)];
}
