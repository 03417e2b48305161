namespace StreamWorker.Diagnostics;

/// <summary>Not one record of a batch was handled. The cause is the error of the first.</summary>
public sealed class AllRecordsFailedException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">The error of the first record, or null when it is not known.</param>
    public AllRecordsFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
