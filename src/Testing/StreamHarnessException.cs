using StreamWorker.Diagnostics;

namespace StreamWorker.Testing;

/// <summary>What a <see cref="StreamHarness"/> was asked to wait for cannot come.</summary>
public sealed class StreamHarnessException : StreamWorkerException
{
    internal StreamHarnessException(string message, IReadOnlyList<DeliveredRecord>? failed = null, Exception? innerException = null)
        : base(message, innerException) => Failed = failed ?? [];

    /// <summary>Gets the records that failed as often as the harness tries; empty where something else is the reason.</summary>
    public IReadOnlyList<DeliveredRecord> Failed { get; }
}
