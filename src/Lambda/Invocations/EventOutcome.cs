using System.Buffers;
using StreamWorker.Batches;

namespace StreamWorker.Lambda.Invocations;

/// <summary>What an invocation is answered with.</summary>
/// <param name="Response">The answer, unless there is an <paramref name="Error"/>.</param>
/// <param name="Error">The error to answer with, or null.</param>
internal sealed record EventOutcome(ReadOnlyMemory<byte> Response, Exception? Error)
{
    /// <summary>The work that was still going on when the answer was due, or null when there is none.</summary>
    public Task? Unfinished { get; init; }

    public static EventOutcome Of(IReadOnlyCollection<BatchItemFailure> failures)
    {
        var output = new ArrayBufferWriter<byte>();
        BatchResponse.Write(output, failures);
        return new EventOutcome(output.WrittenMemory, null);
    }

    /// <summary>Gives the answer to a batch of a tumbling window.</summary>
    public static EventOutcome Of(IReadOnlyCollection<BatchItemFailure> failures, ReadOnlySpan<byte> state)
    {
        var output = new ArrayBufferWriter<byte>();
        BatchResponse.Write(output, failures, state);
        return new EventOutcome(output.WrittenMemory, null);
    }

    public static EventOutcome Failed(Exception error) => new(default, error);
}
