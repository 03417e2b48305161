using StreamWorker.Diagnostics;

namespace StreamWorker.Lambda;

/// <summary>Lambda's Runtime API is not to be reached, or has failed in a way after which the process must end.</summary>
public sealed class RuntimeApiException : StreamWorkerException
{
    internal RuntimeApiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
