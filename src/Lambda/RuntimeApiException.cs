using StreamWorker.Diagnostics;

namespace StreamWorker.Lambda;

/// <summary>Lambda's Runtime API is not to be reached, or has failed in a way after which the process must end.</summary>
public sealed class RuntimeApiException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What was asked and what came back.</param>
    /// <param name="innerException">The cause, or null.</param>
    public RuntimeApiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
