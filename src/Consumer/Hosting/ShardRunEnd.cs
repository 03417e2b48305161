using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>How the work on a leased shard ended.</summary>
internal enum ShardRunOutcome
{
    /// <summary>Every record is finished, the lease is done and the children's leases are made.</summary>
    Ended,

    /// <summary>The lease was given back.</summary>
    Released,

    /// <summary>The lease belongs to somebody else, or nobody knows.</summary>
    Lost,

    /// <summary>Something failed that the loops could not mend; the lease was given back.</summary>
    Faulted,
}

/// <summary>How the work on a leased shard ended, and the children's leases that are held now, with an iterator at the start of each where there is one.</summary>
internal sealed record ShardRunEnd(ShardRunOutcome Outcome, IReadOnlyList<(Lease Lease, string? Iterator)> Children)
{
    public static ShardRunEnd Of(ShardRunOutcome outcome) => new(outcome, []);
}
