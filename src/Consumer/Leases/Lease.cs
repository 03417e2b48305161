namespace StreamWorker.Consumer.Leases;

/// <summary>A lease as it was read from the lease table.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Parent">Its parent; null when it has none.</param>
/// <param name="Start">Where reading starts while there is no checkpoint.</param>
/// <param name="Checkpoint">The position up to which every record is finished; null before the first one and after a reset; after the end of the shard its last.</param>
/// <param name="State">Where the lease is in its life.</param>
/// <param name="Owner">Who holds it; null when it is free.</param>
/// <param name="Epoch">A number that grows with every change of ownership and fences every write of the owner.</param>
public sealed record Lease(
    ShardId Shard,
    ShardId? Parent,
    LeaseStart Start,
    SequenceNumber? Checkpoint,
    LeaseState State,
    WorkerIdentity? Owner,
    long Epoch)
{
    /// <summary>The most bytes that a memo has: 2 MiB.</summary>
    public const int MaximumMemoLength = 2 * 1024 * 1024;

    /// <summary>
    /// Gets what was stored with the checkpoint; empty when nothing was, when the lease is done, and when <see cref="IsMemoApart"/>. There is none without a checkpoint.
    /// </summary>
    public ReadOnlyMemory<byte> Memo { get; init; }

    /// <summary>Gets whether there is a memo that is too long to be read with the lease: <see cref="ILeaseStore.LoadMemoAsync"/> reads it.</summary>
    public bool IsMemoApart { get; init; }

    /// <summary>Gets who has asked the owner for the lease under this epoch; null when nobody has.</summary>
    public WorkerIdentity? Requester { get; init; }

    /// <summary>Gets which reset has given the lease its start; 0 when none has.</summary>
    public long Generation { get; init; }

    /// <summary>Gets the checkpoint that the last reset has taken away; null when there was none.</summary>
    public SequenceNumber? Previous { get; init; }

    /// <summary>Gets the pause, by its number, for which the owner does nothing more under this epoch; null when it has noted none.</summary>
    public long? Paused { get; init; }

    /// <summary>Tells whether another lease has the same content, byte for byte of the memo.</summary>
    /// <param name="other">The other lease.</param>
    /// <returns>True when it has.</returns>
    public bool Equals(Lease? other) =>
        other is not null
        && (Shard, Parent, Start, Checkpoint, State) == (other.Shard, other.Parent, other.Start, other.Checkpoint, other.State)
        && (Owner, Epoch, Requester, IsMemoApart) == (other.Owner, other.Epoch, other.Requester, other.IsMemoApart)
        && (Generation, Previous, Paused) == (other.Generation, other.Previous, other.Paused)
        && Memo.Span.SequenceEqual(other.Memo.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shard, Owner, Epoch, Checkpoint, State, Memo.Length);
}
