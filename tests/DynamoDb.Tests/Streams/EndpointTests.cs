using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Streams;

namespace StreamWorker.DynamoDb.Tests.Streams;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("us-east-1", false, false, "streams.dynamodb.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", true, false, "streams.dynamodb-fips.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", false, true, "streams-dynamodb.us-east-1.api.aws")]
    [InlineData("us-east-1", true, true, "streams-dynamodb-fips.us-east-1.api.aws")]
    [InlineData("eu-central-2", false, false, "streams.dynamodb.eu-central-2.amazonaws.com")]
    [InlineData("xx-future-9", false, false, "streams.dynamodb.xx-future-9.amazonaws.com")]
    [InlineData("cn-north-1", false, false, "streams.dynamodb.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-north-1", true, false, "streams.dynamodb-fips.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-northwest-1", false, true, "streams-dynamodb.cn-northwest-1.api.amazonwebservices.com.cn")]
    [InlineData("cn-northwest-1", true, true, "streams-dynamodb-fips.cn-northwest-1.api.amazonwebservices.com.cn")]
    [InlineData("us-gov-west-1", false, false, "streams.dynamodb.us-gov-west-1.amazonaws.com")]
    [InlineData("us-gov-west-1", true, false, "streams.dynamodb.us-gov-west-1.amazonaws.com")]
    [InlineData("us-gov-east-1", false, true, "streams-dynamodb.us-gov-east-1.api.aws")]
    [InlineData("us-gov-east-1", true, true, "streams-dynamodb-fips.us-gov-east-1.api.aws")]
    [InlineData("us-iso-east-1", false, false, "streams.dynamodb.us-iso-east-1.c2s.ic.gov")]
    [InlineData("us-iso-east-1", true, false, "streams.dynamodb-fips.us-iso-east-1.c2s.ic.gov")]
    [InlineData("us-iso-east-1", false, true, "streams.dynamodb.us-iso-east-1.api.aws.ic.gov")]
    [InlineData("us-isob-east-1", true, true, "streams.dynamodb-fips.us-isob-east-1.api.aws.scloud")]
    [InlineData("eusc-de-east-1", false, false, "streams.dynamodb.eusc-de-east-1.amazonaws.eu")]
    [InlineData("eusc-de-east-1", false, true, "streams.dynamodb.eusc-de-east-1.api.amazonwebservices.eu")]
    public void S3_the_host_follows_from_region_partition_FIPS_and_dual_stack(string region, bool fips, bool dualStack, string host) =>
        Assert.Equal("https://" + host, StreamsEndpointRules.Resolve(region, fips, dualStack));

    [Fact]
    public void S3_a_client_of_a_region_is_made_without_any_call()
    {
        using var client = new DynamoDbStreamsClient(new DynamoDbOptions { Region = "us-gov-west-1", UseFipsEndpoint = true }, TimeProvider.System);
        Assert.NotNull(client);
    }

    [Theory]
    [InlineData(true, false, "FIPS")]
    [InlineData(false, true, "dual-stack")]
    public void S4_a_custom_endpoint_with_FIPS_or_dual_stack_is_an_error_of_configuration(bool fips, bool dualStack, string named)
    {
        var options = new DynamoDbOptions { ServiceUrl = "http://localhost:8000", Region = "us-east-1", UseFipsEndpoint = fips, UseDualStackEndpoint = dualStack };
        foreach (var make in (Func<object>[])[() => new DynamoDbStreamsClient(options, TimeProvider.System), () => new DynamoDbTableDirectory(options, TimeProvider.System), () => new DynamoDbLeaseStore(options, TimeProvider.System)])
        {
            var error = Assert.Throws<StreamServiceException>(make);
            Assert.Equal(StreamErrorKind.InvalidRequest, error.Kind);
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
            Assert.Contains("http://localhost:8000", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("not a url")]
    [InlineData("ftp://localhost")]
    public void S5_a_custom_endpoint_that_is_no_http_URL_is_an_error_that_quotes_it(string url)
    {
        var error = Assert.Throws<StreamServiceException>(() => new DynamoDbStreamsClient(new DynamoDbOptions { ServiceUrl = url }, TimeProvider.System));
        Assert.Contains($"'{url}'", error.Message, StringComparison.Ordinal);
    }
}
