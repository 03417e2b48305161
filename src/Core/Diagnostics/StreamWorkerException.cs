namespace StreamWorker.Diagnostics;

/// <summary>The base of every error that StreamWorker itself raises.</summary>
public abstract class StreamWorkerException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What happened, to what, and what to do about it.</param>
    /// <param name="innerException">The cause, or null.</param>
    protected StreamWorkerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets whether the same call may succeed later without anybody changing anything.</summary>
    public virtual bool IsTransient => false;
}
