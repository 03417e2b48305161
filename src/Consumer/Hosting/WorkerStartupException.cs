using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Hosting;

/// <summary>The worker cannot do what it is configured to do, and only a person can change that.</summary>
public sealed class WorkerStartupException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">Key, value and rule, and what to do.</param>
    /// <param name="innerException">The cause, or null.</param>
    public WorkerStartupException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
