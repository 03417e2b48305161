namespace StreamWorker.Consumer.Leases;

/// <summary>The life of a lease.</summary>
public enum LeaseState
{
    /// <summary>The shard has, or may have, records that are not finished.</summary>
    Active,

    /// <summary>The shard has ended and every record of it is finished. The row stays as a tombstone.</summary>
    Done,
}
