using System.Globalization;

namespace StreamWorker.Lambda.Tests;

/// <summary>Events as the mapping sends them.</summary>
internal static class Events
{
    public const string Stream = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-11-23T10:00:00.000";
    public const string Nothing = """{"batchItemFailures":[]}""";

    /// <summary>Gives the sequence number of the n-th record.</summary>
    public static string Number(int n) => (400000000000000000000m + n).ToString(CultureInfo.InvariantCulture);

    public static string Batch(int count) => Of([.. Enumerable.Range(1, count).Select(Record)]);

    public static string Of(params string[] records) => $$"""{"Records":[{{string.Join(',', records)}}]}""";

    public static string Record(int n) => Record(n, $"\"{Number(n)}\"", $$$"""{"pk":{"S":"order-{{{n}}}"},"total":{"N":"{{{n}}}.50"}}""");

    /// <summary>Gives a change of the item of this key.</summary>
    public static string RecordOf(string key, int n) => Record(n).Replace($"\"order-{n}\"", $"\"{key}\"", StringComparison.Ordinal);

    public static string Record(int n, string sequenceNumber, string newImage) => $$$$"""
        {"eventID":"{{{{n:x32}}}}","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":1795448752,"Keys":{"pk":{"S":"order-{{{{n}}}}"}},"NewImage":{{{{newImage}}}},"SequenceNumber":{{{{sequenceNumber}}}},"SizeBytes":42,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"{{{{Stream}}}}"}
        """;

    /// <summary>Gives the answer that names these failures; null stands for one that cannot be named.</summary>
    public static string Failures(params int?[] numbers) =>
        $$"""{"batchItemFailures":[{{string.Join(',', numbers.Select(n => $$"""{"itemIdentifier":{{(n is { } number ? $"\"{Number(number)}\"" : "null")}}}"""))}}]}""";
}
