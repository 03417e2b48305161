namespace StreamWorker.Consumer.Leases;

/// <summary>
/// The last reset that was ordered for a scope. It stands for good: a lease of an older generation that it concerns is given its new start before anybody claims it. While it is
/// pending no lease that it concerns is claimed at all.
/// </summary>
/// <param name="Generation">The generation that its leases get: 1 for the first reset of a scope.</param>
/// <param name="Operation">The number of the operation.</param>
/// <param name="Start">Where reading starts.</param>
/// <param name="IsPending">Whether leases of an older generation are left.</param>
public sealed record ResetOrder(long Generation, long Operation, LeaseStart Start, bool IsPending)
{
    /// <summary>Gets the shard that is read from <see cref="Start"/> on, and its descendants from their oldest records; null when all shards are concerned.</summary>
    public ShardId? Shard { get; init; }

    /// <summary>
    /// Gets the shards without a child at the moment of a reset to the latest records: what is before them is not read, and what comes after them is read from its oldest record.
    /// Empty for any other reset, and where there were too many to be named: then all shards are read from <see cref="Start"/> on.
    /// </summary>
    public IReadOnlyList<ShardId> Leaves { get; init; } = [];
}
