namespace StreamWorker.Consumer.Leases;

/// <summary>What a reset makes of one lease.</summary>
/// <param name="Generation">The generation of the reset.</param>
/// <param name="State">Active, or Done for a shard that is not to be read.</param>
/// <param name="Start">Where reading starts: there is no checkpoint any more.</param>
public sealed record LeaseReset(long Generation, LeaseState State, LeaseStart Start);
