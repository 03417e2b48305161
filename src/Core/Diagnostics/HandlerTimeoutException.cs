namespace StreamWorker.Diagnostics;

/// <summary>A handler was still at work when its time was over. Its error, if it ended with one, is the cause.</summary>
public sealed class HandlerTimeoutException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What took too long, and the limit.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="innerException">The error with which the handler ended, or null.</param>
    public HandlerTimeoutException(string message, TimeSpan limit, Exception? innerException = null)
        : base(message, innerException) => Limit = limit;

    /// <summary>Gets the time that the handler had.</summary>
    public TimeSpan Limit { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
