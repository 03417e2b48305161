using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;
using StreamWorker.DynamoDb.Tests.Fakes;

namespace StreamWorker.DynamoDb.Tests.Failures;

/// <summary>SQS on the wire.</summary>
public sealed class QueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D7_body_is_the_JSON_and_the_queue_is_the_ARNs()
    {
        await using var sqs = new LoopbackService(Sent);
        using var queue = (IDisposable)Destinations.Open(Destinations.Queue, sqs.Url);

        await ((Consumer.Delivery.IFailureDestination)queue).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        var request = Assert.Single(sqs.Requests);
        Assert.Equal("AmazonSQS.SendMessage", request.Target);
        Assert.Contains("/eu-west-3/sqs/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal(SignatureVersion4.Authorization(request, TestClients.AccessKey, TestClients.SecretKey, "eu-west-3", "sqs"), request.Headers["Authorization"]);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal($"{sqs.Url}123456789012/given-up", json.RootElement.GetProperty("QueueUrl").GetString());
        Assert.True(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(json.RootElement.GetProperty("MessageBody").GetString()!), out var notice, out _));
        Assert.Equal(("shop", "search", 1), (notice.Application, notice.Consumer, notice.Count));
    }

    [Fact]
    public async Task E26_refusal_names_the_queue_and_the_permission()
    {
        await using var sqs = new LoopbackService(CannedAnswer.Error(403, "AccessDeniedException", "not authorized to perform sqs:sendmessage"));

        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await Destinations.Open(Destinations.Queue, sqs.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));

        Assert.Equal(StreamErrorKind.AccessDenied, error.Kind);
        Assert.StartsWith($"SendMessage of {Destinations.Queue} failed: the service answered 403 AccessDeniedException", error.Message);
        Assert.EndsWith("The role needs sqs:SendMessage on it, and sqs:ReceiveMessage, DeleteMessage and ChangeMessageVisibility for redrive.", error.Message);
    }

    [Fact]
    public async Task Queue_that_is_not_there_raises()
    {
        await using var sqs = new LoopbackService(CannedAnswer.Error(400, "QueueDoesNotExist"));
        var queue = Destinations.Open(Destinations.Queue, sqs.Url);

        var error = await Assert.ThrowsAsync<StreamServiceException>(async () => await queue.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
        await Assert.ThrowsAsync<StreamServiceException>(async () => await ((IFailureDestinationCheck)queue).CheckAsync(Token));

        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Check_that_may_not_look_says_nothing()
    {
        await using var sqs = new LoopbackService(CannedAnswer.Error(403, "AccessDeniedException"));

        await ((IFailureDestinationCheck)Destinations.Open(Destinations.Queue, sqs.Url)).CheckAsync(Token);

        Assert.Equal("AmazonSQS.GetQueueAttributes", Assert.Single(sqs.Requests).Target);
    }

    [Fact]
    public async Task Message_that_SQS_changed_on_the_way_raises()
    {
        await using var sqs = new LoopbackService(CannedAnswer.Ok("""{"MessageId":"m-1","MD5OfMessageBody":"00000000000000000000000000000000"}"""));

        await Assert.ThrowsAnyAsync<Exception>(async () => await Destinations.Open(Destinations.Queue, sqs.Url).DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
    }

    [Fact]
    public async Task Messages_are_listed_once_hidden_while_at_work_and_deleted_by_their_last_receipt()
    {
        var answers = new Queue<string>([Received(("m-1", "r-1", Body(7)), ("m-2", "r-2", "hello")), Received(("m-1", "r-3", Body(7))), "{}", "{}"]);
        await using var sqs = new LoopbackService(request => CannedAnswer.Ok(request.Target.EndsWith("ReceiveMessage", StringComparison.Ordinal) ? answers.Dequeue() : "{}"));
        var archive = Destinations.OpenArchive(Destinations.Queue, sqs.Url);

        var listed = await Destinations.ListAsync(archive);
        Assert.Null(await archive.ReadAsync(listed[0], Token));
        await archive.DeleteAsync(listed[0], Token);
        await archive.ReleaseAsync(listed[1], Token);

        Assert.Equal(["m-1", "m-2"], listed.Select(batch => batch.Id));
        Assert.Equal(SequenceNumber.Parse("7"), listed[0].Notice!.First);
        Assert.StartsWith("it is not the JSON that is expected", listed[1].Fault);
        Assert.Equal(
            [("ChangeMessageVisibility", "r-3", 900), ("DeleteMessage", "r-3", null), ("ChangeMessageVisibility", "r-2", 0)],
            sqs.Requests.Where(request => !request.Target.EndsWith("ReceiveMessage", StringComparison.Ordinal)).Select(Receipt));
    }

    [Fact]
    public async Task Message_that_Lambda_sent_through_a_topic_is_read()
    {
        var envelope = JsonSerializer.Serialize(new Dictionary<string, string> { ["Type"] = "Notification", ["Message"] = Body(7) });
        var answers = new Queue<string>([Received(("m-1", "r-1", envelope)), "{}", "{}"]);
        await using var sqs = new LoopbackService(_ => CannedAnswer.Ok(answers.Dequeue()));

        Assert.Equal("search", Assert.Single(await Destinations.ListAsync(Destinations.OpenArchive(Destinations.Queue, sqs.Url))).Notice!.Consumer);
    }

    private static CannedAnswer Sent(ReceivedRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        return CannedAnswer.Ok($$"""{"MessageId":"m-1","MD5OfMessageBody":"{{Md5(json.RootElement.GetProperty("MessageBody").GetString()!)}}"}""");
    }

    private static (string Operation, string? Receipt, int? Seconds) Receipt(ReceivedRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        return (request.Target.Split('.')[1], json.RootElement.GetProperty("ReceiptHandle").GetString(),
            json.RootElement.TryGetProperty("VisibilityTimeout", out var seconds) ? seconds.GetInt32() : null);
    }

    private static string Received(params (string Id, string Receipt, string Body)[] messages) => JsonSerializer.Serialize(new
    {
        Messages = messages.Select(message => new { MessageId = message.Id, ReceiptHandle = message.Receipt, message.Body, MD5OfBody = Md5(message.Body) }),
    });

    private static string Body(long number)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        FailureBody.WriteMessage(output, GivenUp.Batch([GivenUp.Record(number)]), "shop");
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [SuppressMessage("Security", "CA5351", Justification = "What SQS itself answers with.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
