namespace StreamWorker.Steps;

/// <summary>What is remembered of a step that is done.</summary>
public sealed class StepEntry
{
    /// <summary>Gets what the step gave, in whatever form the step chose.</summary>
    /// <value>Empty unless set; at most 256 KiB.</value>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>Gets the epoch of the lease under which the step was done.</summary>
    /// <value>Null in Lambda, where there are no leases: such an entry is neither fenced nor a fence.</value>
    public long? LeaseEpoch { get; init; }
}
