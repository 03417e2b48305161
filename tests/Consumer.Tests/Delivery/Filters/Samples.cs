using System.Text;

namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>Records for filters.</summary>
internal static class Samples
{
    public const string Arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000";

    /// <summary>Makes a record as it comes over the Streams wire.</summary>
    public static StreamRecord Of(string json) => RecordPage.Parse(Encoding.UTF8.GetBytes($"{{\"Records\":[{json}]}}"), StreamArn.Parse(Arn)).Records[0];

    /// <summary>Makes a change with a new image.</summary>
    public static StreamRecord NewImage(string image, string eventName = "INSERT") => Of(
        $$$"""{"eventID":"1","eventName":"{{{eventName}}}","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":1769860800,"Keys":{"id":{"S":"o-1"}},"NewImage":{{{image}}},"SequenceNumber":"1","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"}}""");

    /// <summary>Asks a pattern and a filter made of it alone, which must agree.</summary>
    public static bool Matches(string pattern, StreamRecord record)
    {
        var parsed = FilterPattern.Parse(pattern);
        var matches = parsed.Matches(record);
        Assert.Equal(matches, new PatternFilter([parsed.Parsed]).Matches(record));
        Assert.Equal(matches, parsed.Explain(record) is null);
        return matches;
    }
}
