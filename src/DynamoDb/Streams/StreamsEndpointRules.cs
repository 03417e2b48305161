using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>The Streams API's host by region and kind of endpoint.</summary>
internal static class StreamsEndpointRules
{
    /// <summary>Gives the URL of a region's endpoint.</summary>
    public static string Resolve(string region, bool fips, bool dualStack)
    {
        var partition = Fn.Partition(region);
        if (fips && !partition.supportsFIPS)
            throw Unsupported(region, partition, "FIPS");
        if (dualStack && !partition.supportsDualStack)
            throw Unsupported(region, partition, "dual-stack");

        if (!dualStack)
            return $"https://streams.dynamodb{(fips && partition.name != "aws-us-gov" ? "-fips" : "")}.{region}.{partition.dnsSuffix}";

        // Where the certificate's name has one label only, the service's two words are joined by a hyphen.
        var separator = partition.name is "aws" or "aws-cn" or "aws-us-gov" ? '-' : '.';
        return $"https://streams{separator}dynamodb{(fips ? "-fips" : "")}.{region}.{partition.dualStackDnsSuffix}";
    }

    private static StreamServiceException Unsupported(string region, Partition partition, string kind) =>
        new(StreamErrorKind.InvalidRequest, $"{kind} endpoints are asked for, but the partition '{partition.name}' of region '{region}' has none.");
}
