namespace StreamWorker.Diagnostics;

/// <summary>A handler failed. The cause is the error that the handler raised.</summary>
public sealed class RecordHandlerException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">The error that the handler raised.</param>
    public RecordHandlerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
