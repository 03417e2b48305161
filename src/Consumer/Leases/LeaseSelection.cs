namespace StreamWorker.Consumer.Leases;

/// <summary>Decides which leases a worker claims.</summary>
internal static class LeaseSelection
{
    /// <summary>Gives the leases that are free, or whose owner is known to be dead, and that may be read as far as their parents go.</summary>
    /// <param name="leases">All leases of the stream.</param>
    /// <param name="isAlive">Whether the worker of an incarnation may still be alive.</param>
    /// <param name="mayStart">Whether the shard's lineage allows it to be read.</param>
    public static IReadOnlyList<Lease> SelectLeasesToClaim(IEnumerable<Lease> leases, Func<WorkerIdentity, bool> isAlive, Func<Lease, bool> mayStart) =>
        [.. leases
            .Where(lease => lease.State == LeaseState.Active)
            .Where(lease => lease.Owner is not { } owner || !isAlive(owner))
            .Where(mayStart)
            .OrderBy(lease => lease.Shard.Value, StringComparer.Ordinal)];
}
