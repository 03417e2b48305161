namespace StreamWorker.Consumer.Delivery;

/// <summary>How the records of a shard are delivered.</summary>
internal sealed record DeliveryOptions(int BatchSize, TimeSpan RetryDelay, TimeSpan MaximumRetryDelay, TimeSpan CheckpointInterval)
{
    /// <summary>The most that an event may have: as much as Lambda hands to a function.</summary>
    public const int MaximumEventBytes = 6 * 1024 * 1024;

    private const int LeastCapacity = 1_000;
    private const int MostCapacity = 20_000;
    private const int MostEventsHeld = 5;

    /// <summary>Gets how long records are gathered for a batch that is not full, from the end of the lane's last call.</summary>
    public TimeSpan BatchingWindow { get; init; }

    /// <summary>Gets how many batches are with the handler at the same time.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>Gets how often a failed batch is tried again; null for no limit.</summary>
    public int? MaximumRetries { get; init; }

    /// <summary>Gets the age at which records are given up; null for none.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>Gets whether a batch whose handler failed is tried again in halves.</summary>
    public bool Bisects { get; init; }

    /// <summary>Gets whether only records of a failed item are held up.</summary>
    public bool Isolates { get; init; }

    /// <summary>Gets whether what is given up is lost when its destination cannot be reached.</summary>
    public bool DiscardsUndelivered { get; init; }

    /// <summary>Gets whether records go to the failure destination before the stream forgets them.</summary>
    public bool SpillsBeforeExpiry { get; init; }

    /// <summary>Gets the length of a tumbling window; zero for none.</summary>
    public TimeSpan TumblingWindow { get; init; }

    /// <summary>Gets how many unfinished records are held at most before no more are read.</summary>
    public int Capacity => IsOneByOne ? BatchSize : Math.Max(BatchSize, Math.Clamp(BatchSize * (Lanes + 1), LeastCapacity, MostCapacity));

    /// <summary>Gets how many bytes of unfinished records are held at most before no more are read.</summary>
    public long CapacityBytes => MaximumEventBytes * (IsOneByOne ? 1L : Math.Min(Lanes + 1, MostEventsHeld));

    /// <summary>Gets whether nothing can be finished before what is in front of it.</summary>
    public bool IsOneByOne => Lanes == 1 && !Isolates;
}
