using System.Diagnostics.CodeAnalysis;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>What a failure destination tells about records that were given up: by this program, or by Lambda's own mapping.</summary>
public sealed record DiscardNotice
{
    /// <summary>Gets what gave them up: <c>streamworker:APPLICATION:CONSUMER</c>, or the ARN of a function.</summary>
    public required string FunctionArn { get; init; }

    /// <summary>Gets the application that gave them up; null when it was Lambda's mapping.</summary>
    public string? Application => FailureBody.OwnerOf(FunctionArn).Application;

    /// <summary>Gets the consumer that gave them up; null when it was Lambda's mapping.</summary>
    public string? Consumer => FailureBody.OwnerOf(FunctionArn).Consumer;

    /// <summary>Gets the stream that they come from.</summary>
    public required StreamArn Stream { get; init; }

    /// <summary>Gets the shard that they come from.</summary>
    public required ShardId ShardId { get; init; }

    /// <summary>Gets the position of the first of them; null when it has none that could be read.</summary>
    public SequenceNumber? First { get; init; }

    /// <summary>Gets the position of the last of them; null when it has none that could be read.</summary>
    public SequenceNumber? Last { get; init; }

    /// <summary>Gets how many there are. Between the first and the last, a filter may have passed over others.</summary>
    public required int Count { get; init; }

    /// <summary>Gets why they were given up.</summary>
    public required DiscardCondition Condition { get; init; }

    /// <summary>Gets how often the handler was called with them.</summary>
    public int ApproximateInvokeCount { get; init; }

    /// <summary>Gets when they were given up.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets what the last call failed with; null when nobody said, and in Lambda's own messages.</summary>
    public string? Error { get; init; }

    /// <summary>Reads the body of a message, an object or a file. A notification of SNS that lies in a queue is taken out of its envelope.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="notice">What it tells; null when it cannot be read.</param>
    /// <param name="fault">Why it cannot be read; null when it can.</param>
    /// <returns>True when it tells of records of a DynamoDB stream.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out DiscardNotice? notice, [NotNullWhen(false)] out string? fault) =>
        FailureBodyReader.TryRead(utf8, out notice, out _, out fault);
}
