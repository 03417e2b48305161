using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>How a call of <see cref="InMemoryLeaseStore"/> fails.</summary>
/// <param name="Error">What the caller sees.</param>
/// <param name="IsApplied">Whether the write is done all the same: its reply is lost.</param>
public sealed record LeaseStoreFault(Exception Error, bool IsApplied)
{
    /// <summary>Makes the fault of a store that is asked too much: nothing is done.</summary>
    /// <returns>The fault.</returns>
    public static LeaseStoreFault Throttled() => new(new LeaseStoreException("The lease store is asked too much.", isTransient: true), IsApplied: false);

    /// <summary>Makes the fault of a store that does not answer, and to which the request did not come: nothing is done.</summary>
    /// <returns>The fault.</returns>
    public static LeaseStoreFault Unreachable() => new(new LeaseStoreException("The lease store did not answer.", isTransient: true), IsApplied: false);

    /// <summary>Makes the fault of a reply that is lost: the call is done, and the caller does not know.</summary>
    /// <returns>The fault.</returns>
    public static LeaseStoreFault ReplyLost() => new(new LeaseStoreException("The lease store did not answer.", isTransient: true), IsApplied: true);
}
