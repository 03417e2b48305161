namespace StreamWorker.Lambda.RuntimeApi;

/// <summary>One invocation as the Runtime API hands it out.</summary>
/// <param name="RequestId">The request's id; it is part of the address that the answer goes to.</param>
/// <param name="Event">The event's bytes.</param>
internal sealed record Invocation(string RequestId, ReadOnlyMemory<byte> Event)
{
    /// <summary>Identifies the attempt; null where the service does not send it. It is sent back with the answer, so that a late one is not taken for the answer to a later attempt.</summary>
    public string? InvocationId { get; init; }

    /// <summary>When the service gives up, on the wall clock; null when it does not say.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public string? TraceId { get; init; }
}
