namespace StreamWorker.Simulation;

/// <summary>What the handler does, the same in every worker: it is the world behind the handler that is slow or fails.</summary>
internal sealed class HandlerBehaviour
{
    /// <summary>Gets or sets what a record takes; null for no time at all.</summary>
    public Func<RecordFacts, TimeSpan>? Takes { get; set; }

    /// <summary>Gets or sets whether an attempt at a record fails.</summary>
    public Func<RecordFacts, bool>? Fails { get; set; }

    /// <summary>Gets or sets whether a failure names no record, so that the whole batch is tried again.</summary>
    public bool FailsWholeBatches { get; set; }

    /// <summary>Gets or sets whether the handler goes on when it is told to stop.</summary>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Gets or sets whether the handler looks at the images of a record, and so fails with one that has none in order.</summary>
    public bool ReadsImages { get; set; }

    public void Clear()
    {
        Takes = null;
        Fails = null;
        FailsWholeBatches = IgnoresCancellation = ReadsImages = false;
    }
}
