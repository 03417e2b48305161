using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>An answer has more bytes than are allowed.</summary>
internal sealed class AnswerTooLongException(int maximum) : AmazonClientException(
    $"The answer has more than {maximum} bytes: raise {nameof(DynamoDbOptions.MaximumAnswerBytes)}, or ask for fewer records.");
