using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon.SQS.Model;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Sends Lambda's message to a standard queue of SQS, and reads what lies there.</summary>
internal sealed class QueueDestination(FailureDestinationAddress address, DynamoDbOptions options, string application, TimeProvider timeProvider)
    : IFailureDestination, IFailureArchive, IFailureDestinationCheck, IDisposable
{
    private const int MostMessages = 10;
    private const int WaitSeconds = 1;
    // A standard queue asks only some of its servers, so that one empty answer says little.
    private const int EmptyAnswersAtEnd = 2;
    private const int HiddenSeconds = 900;

    private readonly QueueClient _client = QueueClient.Create(address, options);
    private readonly FailureCalls _calls = new(address, "sqs:SendMessage on it, and sqs:ReceiveMessage, DeleteMessage and ChangeMessageVisibility for redrive", timeProvider);
    private readonly Dictionary<string, string> _receipts = new(StringComparer.Ordinal);

    private string Url => _client.UrlOf(address);

    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        FailureBody.WriteMessage(body, batch, application);
        var request = new SendMessageRequest { QueueUrl = Url, MessageBody = Encoding.UTF8.GetString(body.WrittenSpan) };
        await _calls.RunAsync("SendMessage", token => _client.SendMessageAsync(request, token), cancellationToken);
    }

    public ValueTask CheckAsync(CancellationToken cancellationToken) => _calls.LookAsync(
        "GetQueueAttributes", token => _client.GetQueueAttributesAsync(new GetQueueAttributesRequest { QueueUrl = Url, AttributeNames = ["QueueArn"] }, token), cancellationToken);

    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ReceiveMessageRequest { QueueUrl = Url, MaxNumberOfMessages = MostMessages, WaitTimeSeconds = WaitSeconds, VisibilityTimeout = HiddenSeconds };
        for (var emptyAnswers = 0; emptyAnswers < EmptyAnswersAtEnd;)
        {
            var answer = await _calls.RunAsync("ReceiveMessage", token => _client.ReceiveMessageAsync(request, token), cancellationToken);
            emptyAnswers = answer.Messages is { Count: > 0 } ? 0 : emptyAnswers + 1;
            foreach (var message in answer.Messages ?? [])
            {
                // A queue may hand out a message twice; the later receipt is the one that counts.
                var isNew = _receipts.TryAdd(message.MessageId, message.ReceiptHandle);
                _receipts[message.MessageId] = message.ReceiptHandle;
                if (isNew)
                    yield return Read(message);
            }
        }
    }

    public async ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        await HideAsync(batch, HiddenSeconds, cancellationToken);
        return null;
    }

    public async ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        if (_receipts.TryGetValue(batch.Id, out var receipt))
            await _calls.RunAsync("DeleteMessage", token => _client.DeleteMessageAsync(new DeleteMessageRequest(Url, receipt), token), cancellationToken);
        _receipts.Remove(batch.Id);
    }

    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken) => HideAsync(batch, 0, cancellationToken);

    public void Dispose() => _client.Dispose();

    private static ArchivedBatch Read(Message message) => DiscardNotice.TryRead(Encoding.UTF8.GetBytes(message.Body), out var notice, out var fault)
        ? new ArchivedBatch(message.MessageId, notice)
        : new ArchivedBatch(message.MessageId, null, fault);

    private async ValueTask HideAsync(ArchivedBatch batch, int seconds, CancellationToken cancellationToken)
    {
        if (_receipts.TryGetValue(batch.Id, out var receipt))
            await _calls.RunAsync("ChangeMessageVisibility", token => _client.ChangeMessageVisibilityAsync(new ChangeMessageVisibilityRequest(Url, receipt, seconds), token), cancellationToken);
    }
}
