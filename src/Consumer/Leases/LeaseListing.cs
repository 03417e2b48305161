using System.Collections.ObjectModel;

namespace StreamWorker.Consumer.Leases;

/// <summary>The leases of a scope, and what was ordered for them, seen in one look.</summary>
/// <param name="leases">The leases.</param>
public sealed class LeaseListing(IList<Lease> leases) : ReadOnlyCollection<Lease>(leases)
{
    /// <summary>Gets the last reset that was ordered; null when there was none.</summary>
    public ResetOrder? Reset { get; init; }
}
