using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>How records of a failure destination are delivered once more.</summary>
public sealed class RedriveOptions
{
    /// <summary>Gets the consumer whose handler gets them.</summary>
    public required string Consumer { get; init; }

    /// <summary>Gets the most records of a batch.</summary>
    /// <value>The default is 100. At least 1.</value>
    public int BatchSize { get; init; } = 100;

    /// <summary>Gets the consumer's filter, for records that are read from the stream again.</summary>
    /// <value>The default is null: all records from the first to the last one are wanted.</value>
    public IRecordFilter? Filter { get; init; }

    /// <summary>Gets whether a record is delivered, too, when its item is another one in the table now, or cannot be compared.</summary>
    /// <value>The default is false: whoever has handled the newer version would get the older one after it.</value>
    public bool AllowStale { get; init; }

    /// <summary>Gets whether everything is looked at and nothing is delivered or deleted.</summary>
    /// <value>The default is false.</value>
    public bool IsDryRun { get; init; }
}
