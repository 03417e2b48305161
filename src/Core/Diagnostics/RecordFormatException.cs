namespace StreamWorker.Diagnostics;

/// <summary>A record, or an attribute in it, is not what DynamoDB Streams promises. The neighbours of the record are not affected.</summary>
public sealed class RecordFormatException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="path">Where, from the record down: for example <c>dynamodb.NewImage.total.N</c>.</param>
    /// <param name="innerException">The cause, or null.</param>
    public RecordFormatException(string message, string path, Exception? innerException = null)
        : base($"{path}: {message}", innerException) => Path = path;

    /// <summary>Gets where in the record the fault is, for example <c>dynamodb.NewImage.total.N</c>.</summary>
    public string Path { get; }
}
