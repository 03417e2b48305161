namespace StreamWorker.Worker.Configuration;

/// <summary>The handlers that a consumer can have by configuration alone.</summary>
internal enum HandlerType
{
    /// <summary>A line for each record on standard output.</summary>
    Console,

    /// <summary>A POST of Lambda's event for each batch.</summary>
    Http,
}
