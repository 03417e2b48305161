using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>The rows of leases and what each write does to them. Whoever uses it holds the lock of its <see cref="InMemoryLeaseStore"/>.</summary>
internal sealed class LeaseRows
{
    private readonly Dictionary<(LeaseScope Scope, ShardId Shard), Lease> _leases = [];
    private readonly List<CheckpointEntry> _checkpoints = [];

    public IReadOnlyList<CheckpointEntry> Checkpoints => _checkpoints;

    public IEnumerable<(LeaseScope Scope, Lease Lease)> All => _leases.Select(entry => (entry.Key.Scope, entry.Value));

    public Lease? Find(LeaseScope scope, ShardId shard) => _leases.GetValueOrDefault((scope, shard));

    public bool Delete(LeaseScope scope, ShardId shard) => _leases.Remove((scope, shard));

    public bool Remove(LeaseScope scope, Lease observed)
    {
        if (!_leases.TryGetValue((scope, observed.Shard), out var stored))
            return true;
        if (stored.State != LeaseState.Done || stored.Epoch != observed.Epoch)
            return false;
        Changes++;
        return _leases.Remove((scope, observed.Shard));
    }

    public void Replace(LeaseScope scope, Lease lease) => Set((scope, lease.Shard), lease);

    /// <summary>Gets a number that grows with every write that changes something.</summary>
    public long Changes { get; private set; }

    public bool Create(LeaseScope scope, NewLease lease)
    {
        var isNew = _leases.TryAdd((scope, lease.Shard), Make(lease, null, 0));
        Changes += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Takes every lease that is held away from its owner, and leaves it free.</summary>
    public void TakeAway()
    {
        foreach (var (key, lease) in _leases.Where(entry => entry.Value is { State: LeaseState.Active, Owner: not null }).ToList())
            Set(key, lease with { Owner = null, Epoch = lease.Epoch + 1, Requester = null, Paused = null });
    }

    public Lease? Claim(LeaseScope scope, Lease observed, WorkerIdentity claimant)
    {
        if (!_leases.TryGetValue((scope, observed.Shard), out var stored) || stored.State == LeaseState.Done)
            return null;
        // A claim that was applied and is sent again finds what it left.
        if (stored.Owner == claimant && stored.Epoch == observed.Epoch + 1)
            return stored;
        if (stored.Owner != observed.Owner || stored.Epoch != observed.Epoch)
            return null;
        return Set((scope, observed.Shard), stored with { Owner = claimant, Epoch = stored.Epoch + 1, Requester = null, Paused = null });
    }

    public CheckpointOutcome Checkpoint(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo)
    {
        var stored = FindHeld(scope, held);
        if (stored is not null)
            Set((scope, held.Shard), At(stored, position, memo));
        return Note(scope, held, position, endsShard: false, stored is not null);
    }

    public ReadOnlyMemory<byte>? MemoOf(LeaseScope scope, Lease held) => FindHeld(scope, held)?.Memo;

    public bool Release(LeaseScope scope, Lease held)
    {
        if (FindHeld(scope, held) is { } stored)
            Set((scope, held.Shard), stored with { Owner = null, Requester = null, Paused = null });
        return _leases.GetValueOrDefault((scope, held.Shard))?.Owner is null;
    }

    public Lease? Request(LeaseScope scope, Lease observed, WorkerIdentity? requester)
    {
        if (!_leases.TryGetValue((scope, observed.Shard), out var stored) || stored.State == LeaseState.Done)
            return null;
        // The owner has handed it over in the meantime.
        if (stored.Epoch == observed.Epoch + 1 && stored.Owner == (requester ?? observed.Requester))
            return stored;
        if (stored.Owner is null || stored.Owner != observed.Owner || stored.Epoch != observed.Epoch)
            return null;
        // A request that was applied and is sent again finds what it left.
        if (stored.Requester == requester)
            return stored;
        return stored.Requester == observed.Requester ? Set((scope, observed.Shard), stored with { Requester = requester }) : null;
    }

    public HandOverOutcome HandOver(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo)
    {
        var stored = FindHeld(scope, held);
        if (stored is null)
        {
            var isRepeated = _leases.GetValueOrDefault((scope, held.Shard)) is { } now && now.Owner == successor && now.Epoch == held.Epoch + 1;
            if (position is not null && !isRepeated)
                Note(scope, held, position, endsShard: false, isStored: false);
            return isRepeated ? HandOverOutcome.HandedOver : HandOverOutcome.Fenced;
        }

        if (stored.Requester != successor)
            return HandOverOutcome.Withdrawn;
        Set((scope, held.Shard), At(stored, position, memo) with { Owner = successor, Epoch = stored.Epoch + 1, Requester = null, Paused = null });
        if (position is not null)
            Note(scope, held, position, endsShard: false, isStored: true);
        return HandOverOutcome.HandedOver;
    }

    public IReadOnlyList<Lease>? EndShard(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children)
    {
        var stored = _leases.GetValueOrDefault((scope, held.Shard));
        // An end that was applied and is sent again finds the lease done under its own epoch.
        var isRepeated = stored is { State: LeaseState.Done } && stored.Epoch == held.Epoch;
        if (!isRepeated && FindHeld(scope, held) is null)
        {
            Note(scope, held, position, endsShard: true, isStored: false);
            return null;
        }

        if (!isRepeated)
        {
            Set((scope, held.Shard), stored! with { State = LeaseState.Done, Owner = null, Requester = null, Paused = null, Checkpoint = Later(stored.Checkpoint, position), Memo = default });
            foreach (var child in children)
                _leases.TryAdd((scope, child.Shard), child.State == LeaseState.Done ? Make(child, null, 0) : Make(child, held.Owner, 1));
        }

        Note(scope, held, position, endsShard: true, isStored: true);
        return [.. children.Select(child => _leases.GetValueOrDefault((scope, child.Shard))).OfType<Lease>().Where(lease => lease.Owner == held.Owner)];
    }

    public Lease? Reset(LeaseScope scope, Lease observed, LeaseReset reset)
    {
        if (!_leases.TryGetValue((scope, observed.Shard), out var stored))
            return null;
        // A reset that was applied and is sent again finds what it left.
        if (stored.Owner is null && stored.Epoch == observed.Epoch + 1 && stored.Generation == reset.Generation)
            return stored;
        if (stored.Owner != observed.Owner || stored.Epoch != observed.Epoch || stored.Generation >= reset.Generation)
            return null;
        return Set((scope, observed.Shard), new Lease(stored.Shard, stored.Parent, reset.Start, null, reset.State, null, stored.Epoch + 1)
        {
            Generation = reset.Generation,
            Previous = observed.Checkpoint,
        });
    }

    public bool NotePaused(LeaseScope scope, Lease held, long pause)
    {
        if (FindHeld(scope, held) is not { } stored)
            return false;
        Set((scope, held.Shard), stored with { Paused = pause });
        return true;
    }

    private Lease Set((LeaseScope Scope, ShardId Shard) key, Lease lease)
    {
        Changes++;
        return _leases[key] = lease;
    }

    private static Lease Make(NewLease lease, WorkerIdentity? owner, long epoch) =>
        new(lease.Shard, lease.Parent, lease.Start, null, lease.State, owner, epoch) { Generation = lease.Generation };

    /// <summary>Gives a lease with a position and its memo, a copy of it, unless a later one is stored.</summary>
    private static Lease At(Lease stored, SequenceNumber? position, ReadOnlyMemory<byte> memo) =>
        Later(stored.Checkpoint, position) == position && position is not null ? stored with { Checkpoint = position, Memo = memo.ToArray() } : stored;

    private static SequenceNumber? Later(SequenceNumber? stored, SequenceNumber? position) =>
        stored is { } old && (position is not { } now || now < old) ? stored : position;

    private Lease? FindHeld(LeaseScope scope, Lease held) =>
        _leases.GetValueOrDefault((scope, held.Shard)) is { State: LeaseState.Active } stored && stored.Owner == held.Owner && stored.Epoch == held.Epoch ? stored : null;

    private CheckpointOutcome Note(LeaseScope scope, Lease held, SequenceNumber? position, bool endsShard, bool isStored)
    {
        var outcome = isStored ? CheckpointOutcome.Stored : CheckpointOutcome.Fenced;
        _checkpoints.Add(new CheckpointEntry(scope, held.Shard, held.Owner, held.Epoch, position, endsShard, outcome));
        return outcome;
    }
}
