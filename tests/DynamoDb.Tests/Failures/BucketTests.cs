using System.Security;
using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>S3 on the wire, with the bucket in the path as emulators want it.</summary>
public sealed class BucketTests
{
    private const string Key = "aws/lambda/search/shardId-00000001769847330123-fb9ebbab/2026/01/31/2026-01-31T12.34.56-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D9_D10_object_is_put_under_its_key_with_the_event_in_it()
    {
        await using var s3 = new LoopbackService(new CannedAnswer(200, []));

        await Destinations.Open(Destinations.Bucket, s3.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(8, 500_000)]), Token);

        var request = Assert.Single(s3.Requests);
        Assert.Equal(("PUT", $"/given-up/{Key}", "application/json"), (request.Method, request.Path.Split('?')[0], request.Headers["Content-Type"]));
        Assert.Contains("/eu-central-1/s3/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("streamworker:shop:search", json.RootElement.GetProperty("requestContext").GetProperty("functionArn").GetString());
        using var page = FailureBody.ReadRecords(request.Body);
        Assert.Equal(2, page!.Records.Count);
    }

    [Fact]
    public async Task E26_refusal_names_the_bucket_and_the_permissions()
    {
        await using var s3 = new LoopbackService(Error(403, "AccessDenied"));

        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await Destinations.Open(Destinations.Bucket, s3.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));

        Assert.Equal(StreamErrorKind.AccessDenied, error.Kind);
        Assert.StartsWith("PutObject of arn:aws:s3:::given-up failed: the service answered 403 AccessDenied", error.Message);
        Assert.EndsWith("The role needs s3:PutObject on its objects and s3:ListBucket on it, and s3:GetObject and DeleteObject for redrive.", error.Message);
    }

    [Fact]
    public async Task Bucket_that_is_not_there_raises_and_is_found_at_start()
    {
        await using var s3 = new LoopbackService(Error(404, "NoSuchBucket"));
        var bucket = Destinations.Open(Destinations.Bucket, s3.Url);

        await Assert.ThrowsAsync<StreamServiceException>(async () => await bucket.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
        await Assert.ThrowsAsync<StreamServiceException>(async () => await ((IFailureDestinationCheck)bucket).CheckAsync(Token));
    }

    [Fact]
    public async Task Object_is_listed_read_and_deleted()
    {
        byte[] put = [];
        await using var s3 = new LoopbackService(request =>
        {
            if (request.Method == "PUT")
                put = request.Body;
            return request switch
            {
                { Method: "PUT" } => new CannedAnswer(200, []),
                { Method: "DELETE" } => new CannedAnswer(204, []),
                _ when request.Path.Contains("list-type=2", StringComparison.Ordinal) => Listing(request),
                _ when request.Path.EndsWith("other", StringComparison.Ordinal) => new CannedAnswer(200, "a note"u8.ToArray()),
                _ => new CannedAnswer(200, put),
            };
        });
        await Destinations.Open(Destinations.Bucket, s3.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);
        var archive = Destinations.OpenArchive(Destinations.Bucket, s3.Url);

        var listed = await Destinations.ListAsync(archive);
        using var page = await archive.ReadAsync(listed[0], Token);
        await archive.DeleteAsync(listed[0], Token);

        Assert.Equal([Key, "aws/lambda/search/other"], listed.Select(batch => batch.Id));
        Assert.Equal(("search", SequenceNumber.Parse("7")), (listed[0].Notice!.Consumer, page!.Records[0].SequenceNumber));
        Assert.StartsWith("it is not the JSON that is expected", listed[1].Fault);
        Assert.Equal($"/given-up/{Key}", s3.Requests.Single(request => request.Method == "DELETE").Path.Split('?')[0]);
        Assert.Equal(2, s3.Requests.Count(request => request.Path.Contains("list-type=2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Object_that_is_gone_meanwhile_is_left_out()
    {
        await using var s3 = new LoopbackService(request => request.Path.Contains("list-type=2", StringComparison.Ordinal) ? Listing(request) : Error(404, "NoSuchKey"));

        Assert.Empty(await Destinations.ListAsync(Destinations.OpenArchive(Destinations.Bucket, s3.Url)));
    }

    private static CannedAnswer Listing(ReceivedRequest request)
    {
        var isFirst = !request.Path.Contains("continuation-token", StringComparison.Ordinal);
        return Xml(200, $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>given-up</Name><Prefix>aws/lambda/</Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>{(isFirst ? "true" : "false")}</IsTruncated>
            {(isFirst ? "<NextContinuationToken>more</NextContinuationToken>" : "")}<Contents><Key>{SecurityElement.Escape(isFirst ? Key : "aws/lambda/search/other")}</Key><LastModified>2026-01-31T12:34:56.000Z</LastModified><ETag>"x"</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>
            """.Trim());
    }

    private static CannedAnswer Error(int status, string code) => Xml(status, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>no</Message><RequestId>r-1</RequestId></Error>");

    private static CannedAnswer Xml(int status, string body) => new(status, Encoding.UTF8.GetBytes(body)) { Headers = new Dictionary<string, string> { ["Content-Type"] = "application/xml" } };
}
