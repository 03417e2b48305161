using System.Buffers;
using System.Text;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Publishes Lambda's message to a standard topic of SNS. What a topic was given cannot be read back from it.</summary>
internal sealed class TopicDestination(FailureDestinationAddress address, DynamoDbOptions options, string application, TimeProvider timeProvider)
    : IFailureDestination, IFailureDestinationCheck, IDisposable
{
    private readonly NotificationPipeline _pipeline = NotificationPipeline.Create(options, address.Region);
    private readonly FailureCalls _calls = new(address, "sns:Publish on it", timeProvider);

    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        FailureBody.WriteMessage(body, batch, application);
        var message = Encoding.UTF8.GetString(body.WrittenSpan);
        await _calls.RunAsync("Publish", token => _pipeline.SendAsync(new NotificationCall("Publish", ("TopicArn", address.Value), ("Message", message)), token), cancellationToken);
    }

    public ValueTask CheckAsync(CancellationToken cancellationToken) =>
        _calls.LookAsync("GetTopicAttributes", token => _pipeline.SendAsync(new NotificationCall("GetTopicAttributes", ("TopicArn", address.Value)), token), cancellationToken);

    public void Dispose() => _pipeline.Dispose();
}
