using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.DynamoDb.Failures;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>Destinations whose service is at a loopback endpoint.</summary>
internal static class Destinations
{
    public const string Queue = "arn:aws:sqs:eu-west-3:123456789012:given-up";
    public const string Topic = "arn:aws:sns:eu-west-3:123456789012:given-up";
    public const string Bucket = "arn:aws:s3:::given-up";

    public static IFailureDestination Open(string address, string url) => Factory(url).OpenDestination(FailureDestinationAddress.Parse(address));

    public static IFailureArchive OpenArchive(string address, string url) => Factory(url).OpenArchive(FailureDestinationAddress.Parse(address))!;

    public static async Task<IReadOnlyList<ArchivedBatch>> ListAsync(IFailureArchive archive)
    {
        var all = new List<ArchivedBatch>();
        await foreach (var batch in archive.ListAsync(TestContext.Current.CancellationToken))
            all.Add(batch);
        return all;
    }

    private static AwsFailureDestinations Factory(string url)
    {
        var options = TestClients.Options(url);
        options.OtherServicesUrl = url;
        return new AwsFailureDestinations(options, "shop", TimeProvider.System);
    }
}
