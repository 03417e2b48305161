namespace StreamWorker.Batches;

/// <summary>How the records of a batch are handled one by one. Only <see cref="ThrowWhenAllFailed"/> applies to a handler of whole batches.</summary>
public sealed class BatchOptions
{
    /// <summary>Gets or sets how many records of a batch are handled at the same time; 1 or more.</summary>
    /// <value>
    /// <para>The default is 1: one after the other, in stream order. With more, records of different items run side by side, those of one item always one after the other, in stream order.</para>
    /// <para>
    /// Handlers are asynchronous: one that keeps its thread until it is done runs alone. <see cref="int.MaxValue"/> sets no limit but the batch itself. A record whose keys cannot be read
    /// may be of any item: it waits for all before it, and all behind it wait for it.
    /// </para>
    /// </value>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>Gets or sets what happens to the records behind one that failed.</summary>
    /// <value>The default is <see cref="FailureMode.StopBatch"/>.</value>
    public FailureMode FailureMode { get; set; }

    /// <summary>Gets or sets whether a batch of which not one record was handled fails as a whole, with an <see cref="Diagnostics.AllRecordsFailedException"/>.</summary>
    /// <value>
    /// The default is false: its failures are named. In Lambda, true makes the invocation fail, so that it counts in the function's error metric; the whole batch is delivered again either way.
    /// A batch that was cancelled has not failed.
    /// </value>
    public bool ThrowWhenAllFailed { get; set; }

    internal bool IsOneByOne => MaxConcurrency == 1 && FailureMode == FailureMode.StopBatch;

    internal void ThrowIfInvalid(string consumer, bool handlesBatches)
    {
        if (MaxConcurrency < 1)
            throw new InvalidOperationException($"Consumer '{consumer}': {nameof(MaxConcurrency)} is {MaxConcurrency}; it must be 1 or more.");
        if (!Enum.IsDefined(FailureMode))
            throw new InvalidOperationException($"Consumer '{consumer}': {nameof(FailureMode)} is {(int)FailureMode}; it must be {string.Join(" or ", Enum.GetNames<FailureMode>())}.");
        if (handlesBatches && !IsOneByOne)
            throw new InvalidOperationException($"Consumer '{consumer}' handles whole batches: {nameof(MaxConcurrency)} and {nameof(FailureMode)} are for handlers of records.");
    }
}
