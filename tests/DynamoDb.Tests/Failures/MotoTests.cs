using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Failures;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>SQS, SNS and S3 as moto has them: somebody else's reading of the three services. Skipped where <c>moto_server</c> is not installed.</summary>
public sealed class MotoTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static readonly BasicAWSCredentials s_credentials = new(TestClients.AccessKey, TestClients.SecretKey);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D7_queue_of_moto_takes_the_message_and_gives_it_back()
    {
        Assert.SkipUnless(moto.IsInstalled, "moto_server is not installed");
        using var sqs = Sqs();
        await sqs.CreateQueueAsync("given-up", Token);
        var archive = Destinations.OpenArchive(Destinations.Queue, moto.Url);
        var queue = (QueueDestination)archive;

        await queue.CheckAsync(Token);
        await queue.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);
        await queue.DeliverAsync(GivenUp.Batch([GivenUp.Record(8)]), Token);

        var listed = await Destinations.ListAsync(archive);
        Assert.Equal(["7", "8"], listed.Select(batch => batch.Notice!.First!.Value.ToString().TrimStart('0')).Order());
        await archive.DeleteAsync(listed[0], Token);
        await archive.ReleaseAsync(listed[1], Token);
        Assert.Equal(listed[1].Id, Assert.Single(await Destinations.ListAsync(Destinations.OpenArchive(Destinations.Queue, moto.Url))).Id);
    }

    [Fact]
    public async Task D7_topic_of_moto_passes_the_message_on_to_a_queue()
    {
        Assert.SkipUnless(moto.IsInstalled, "moto_server is not installed");
        using var sqs = Sqs();
        await sqs.CreateQueueAsync("given-up", Token);
        await NotifyAsync("CreateTopic", ("Name", "given-up"));
        await NotifyAsync("Subscribe", ("TopicArn", Destinations.Topic), ("Protocol", "sqs"), ("Endpoint", Destinations.Queue));
        var topic = (TopicDestination)Destinations.Open(Destinations.Topic, moto.Url);

        await topic.CheckAsync(Token);
        await topic.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        Assert.Equal("search", Assert.Single(await Destinations.ListAsync(Destinations.OpenArchive(Destinations.Queue, moto.Url))).Notice!.Consumer);
    }

    [Fact]
    public async Task D9_D10_bucket_of_moto_takes_the_object_and_gives_it_back()
    {
        Assert.SkipUnless(moto.IsInstalled, "moto_server is not installed");
        using var s3 = new AmazonS3Client(s_credentials, new AmazonS3Config { ServiceURL = moto.Url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        await s3.PutBucketAsync("given-up", Token);
        var archive = Destinations.OpenArchive(Destinations.Bucket, moto.Url);
        var bucket = (BucketDestination)archive;

        await bucket.CheckAsync(Token);
        await bucket.DeliverAsync(GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(8, 400 * 1024)]), Token);

        var listed = Assert.Single(await Destinations.ListAsync(archive));
        using var page = await archive.ReadAsync(listed, Token);
        Assert.Equal(2, page!.Records.Count);
        Assert.Equal(400 * 1024, page.Records[1].NewImage!.GetString("note").Length);
        await archive.DeleteAsync(listed, Token);
        Assert.Empty(await Destinations.ListAsync(archive));
    }

    [Fact]
    public async Task What_is_not_there_raises_at_moto_too()
    {
        Assert.SkipUnless(moto.IsInstalled, "moto_server is not installed");
        foreach (var address in (string[])[Destinations.Queue.Replace("given-up", "none", StringComparison.Ordinal), Destinations.Topic.Replace("given-up", "none", StringComparison.Ordinal), "arn:aws:s3:::none"])
        {
            var destination = Destinations.Open(address, moto.Url);
            await Assert.ThrowsAsync<Consumer.Shards.StreamServiceException>(async () => await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
            await Assert.ThrowsAsync<Consumer.Shards.StreamServiceException>(async () => await ((Consumer.Failures.IFailureDestinationCheck)destination).CheckAsync(Token));
        }
    }

    private AmazonSQSClient Sqs() => new(s_credentials, new AmazonSQSConfig { ServiceURL = moto.Url, AuthenticationRegion = "eu-west-3" });

    private async Task NotifyAsync(string action, params (string, string)[] parameters)
    {
        var options = TestClients.Options(moto.Url);
        options.OtherServicesUrl = moto.Url;
        using var sns = NotificationPipeline.Create(options, "eu-west-3");
        await sns.SendAsync(new NotificationCall(action, parameters), Token);
    }
}
