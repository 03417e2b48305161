using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Hosting;

/// <summary>An operation on a consumer cannot be done as it was asked for. Nothing has changed.</summary>
public sealed class OperationRefusedException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="innerException">The cause, or null.</param>
    public OperationRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
