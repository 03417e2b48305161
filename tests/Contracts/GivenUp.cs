using System.Text;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Contracts;

/// <summary>Batches that were given up, for the tests of failure destinations.</summary>
public static class GivenUp
{
    public static StreamArn Stream { get; } = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000");

    public static ShardId Shard { get; } = new("shardId-00000001769847330123-fb9ebbab");

    public static DateTimeOffset Time { get; } = new(2026, 1, 31, 12, 34, 56, 789, TimeSpan.Zero);

    public static Guid Request { get; } = new("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");

    /// <summary>Gives a record with an attribute of so many characters in its new image.</summary>
    public static string Record(long number, int size = 3, string id = "o-1", long created = 1769862000) => $$$"""
        {"eventID":"e{{{number}}}","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":{{{created}}},"Keys":{"id":{"S":"{{{id}}}"}},"NewImage":{"id":{"S":"{{{id}}}"},"note":{"S":"{{{new string('n', size)}}}"}},"SequenceNumber":"{{{number:D21}}}","SizeBytes":59,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """;

    public static DiscardedBatch Batch(IEnumerable<string> records, DiscardCondition condition = DiscardCondition.RetryAttemptsExhausted, bool isFunctionError = true, string? error = "IOException: no") =>
        Batch(Encoding.UTF8.GetBytes($$"""{"Records":[{{string.Join(',', records)}}]}"""), condition, isFunctionError, error);

    public static DiscardedBatch Batch(byte[] page, DiscardCondition condition = DiscardCondition.RetryAttemptsExhausted, bool isFunctionError = true, string? error = "IOException: no", string consumer = "search") => new()
    {
        Consumer = consumer,
        Stream = Stream,
        ShardId = Shard,
        Records = RecordPage.Parse(page, Stream).Records,
        Condition = condition,
        ApproximateInvokeCount = 4,
        IsFunctionError = isFunctionError,
        RequestId = Request,
        Timestamp = Time,
        Error = error,
    };
}
