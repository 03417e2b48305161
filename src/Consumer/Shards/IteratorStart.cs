namespace StreamWorker.Consumer.Shards;

/// <summary>Where an iterator starts.</summary>
public readonly record struct IteratorStart
{
    private IteratorStart(IteratorType type, SequenceNumber? sequenceNumber)
    {
        Type = type;
        SequenceNumber = sequenceNumber;
    }

    /// <summary>Gets the start at the oldest record that the shard still has.</summary>
    public static IteratorStart TrimHorizon { get; } = new(IteratorType.TrimHorizon, null);

    /// <summary>Gets the start behind the newest record.</summary>
    public static IteratorStart Latest { get; } = new(IteratorType.Latest, null);

    /// <summary>Gets the kind of start.</summary>
    public IteratorType Type { get; }

    /// <summary>Gets the position, where the kind of start has one.</summary>
    public SequenceNumber? SequenceNumber { get; }

    /// <summary>Gives the start at a record.</summary>
    /// <param name="sequenceNumber">The record's position.</param>
    /// <returns>The start.</returns>
    public static IteratorStart At(SequenceNumber sequenceNumber) => new(IteratorType.AtSequenceNumber, sequenceNumber);

    /// <summary>Gives the start behind a record.</summary>
    /// <param name="sequenceNumber">The record's position.</param>
    /// <returns>The start.</returns>
    public static IteratorStart After(SequenceNumber sequenceNumber) => new(IteratorType.AfterSequenceNumber, sequenceNumber);
}
