namespace StreamWorker.Consumer.Hosting;

/// <summary>How the work on a stream ended.</summary>
internal enum StreamSessionEnd
{
    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>A reset was ordered, and an older stream may have to be read again first.</summary>
    Reset,

    /// <summary>The stream takes no more changes and every record of it is finished.</summary>
    Finished,

    /// <summary>The service does not know the stream any more.</summary>
    Gone,
}
