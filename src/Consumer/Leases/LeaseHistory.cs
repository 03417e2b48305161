namespace StreamWorker.Consumer.Leases;

/// <summary>What one observer has seen of the leases of a stream, by its own clock: since when one is free, when one moved, which ones are busy. Owned by the loop that looks.</summary>
/// <param name="rest">How long a lease that has moved, or was asked for in vain, is left where it is.</param>
/// <param name="patience">How long a free lease is left to the worker whose share it is.</param>
/// <param name="offerPatience">How long one whose owner leaves is: until every worker has looked.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseHistory(TimeSpan rest, TimeSpan patience, TimeSpan offerPatience, TimeProvider time)
{
    private readonly Dictionary<ShardId, Sighting> _sightings = [];
    private bool _hasLooked;

    /// <summary>Takes note of a listing.</summary>
    /// <returns>True when a lease has changed hands since the last one.</returns>
    public bool Observe(IReadOnlyList<Lease> leases)
    {
        var now = time.GetTimestamp();
        var hasMoved = false;
        foreach (var lease in leases)
        {
            if (!_sightings.TryGetValue(lease.Shard, out var sighting))
            {
                // One that is new and has had an owner before was moved; a first look tells of no moves.
                _sightings[lease.Shard] = new Sighting { Lease = lease, MovedAt = _hasLooked && lease.Epoch > 1 ? now : null };
                continue;
            }

            if (lease.Epoch != sighting.Lease.Epoch)
            {
                sighting.MovedAt = now;
                hasMoved = true;
            }

            sighting.IsBusy = lease.Checkpoint != sighting.Lease.Checkpoint;
            sighting.Lease = lease;
        }

        if (_sightings.Count > leases.Count)
        {
            foreach (var gone in _sightings.Keys.Except(leases.Select(lease => lease.Shard)).ToList())
                _sightings.Remove(gone);
        }

        _hasLooked = true;
        return hasMoved;
    }

    /// <summary>Notes that a lease was asked for in vain.</summary>
    public void Refused(ShardId shard)
    {
        if (_sightings.TryGetValue(shard, out var sighting))
            sighting.MovedAt = time.GetTimestamp();
    }

    /// <summary>Gives what is known of a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="isFree">Whether it can be taken.</param>
    /// <param name="isOffered">Whether its owner leaves, and nobody who stays has asked for it.</param>
    public BalanceLease Look(Lease lease, bool isFree, bool isOffered = false)
    {
        if (!_sightings.TryGetValue(lease.Shard, out var sighting))
            return new BalanceLease(lease, isFree) { IsOffered = isOffered };
        sighting.FreeSince = isFree ? sighting.FreeSince ?? time.GetTimestamp() : null;
        sighting.OfferedSince = isOffered ? sighting.OfferedSince ?? time.GetTimestamp() : null;
        return new BalanceLease(lease, isFree)
        {
            IsOffered = isOffered,
            IsOverdue = (sighting.FreeSince is { } since && time.GetElapsedTime(since) >= patience) || (sighting.OfferedSince is { } offered && time.GetElapsedTime(offered) >= offerPatience),
            IsResting = sighting.MovedAt is { } moved && time.GetElapsedTime(moved) < rest,
            IsBusy = sighting.IsBusy,
        };
    }

    private sealed class Sighting
    {
        public required Lease Lease { get; set; }

        public long? MovedAt { get; set; }

        public long? FreeSince { get; set; }

        public long? OfferedSince { get; set; }

        public bool IsBusy { get; set; }
    }
}
