using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Failures;

/// <summary>The stream does not have the records any more that a message points at.</summary>
public sealed class RecordsTrimmedException : StreamWorkerException
{
    internal RecordsTrimmedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
