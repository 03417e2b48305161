using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>A lease store in memory, with faults on demand and a history of the checkpoints.</summary>
/// <remarks>Safe for use by several threads: one lock guards all of it, and every operation is one step under it. Hooks run outside of the lock. Without <see cref="Gate"/> every operation completes synchronously.</remarks>
public sealed partial class InMemoryLeaseStore : ILeaseStore
{
    private const int MaximumChildren = 90;
    private const int LongestListedMemo = 4 * 1024;

    private readonly Lock _lock = new();
    private readonly LeaseRows _leases = new();
    private readonly Dictionary<(string Application, WorkerIdentity Worker), WorkerRow> _workers = [];
    private readonly Dictionary<(LeaseScope Scope, ShardId Shard, SequenceNumber? After), LeaseGap> _gaps = [];
    private readonly List<LeaseStoreCall> _calls = [];
    private readonly List<(LeaseStoreOperation Operation, Func<LeaseStoreFault> Fault)> _faults = [];

    /// <summary>Gets or sets what is asked at each operation: a fault fails the call, before or after it is done; null lets it succeed.</summary>
    /// <value>The default is null: no call fails.</value>
    public Func<LeaseStoreCall, LeaseStoreFault?>? OnCall { get; set; }

    /// <summary>Gets or sets what is awaited before each operation, after <see cref="OnCall"/>: a test holds calls back with it.</summary>
    /// <value>The default is null: no call waits. The token is the caller's.</value>
    public Func<LeaseStoreCall, CancellationToken, ValueTask>? Gate { get; set; }

    /// <summary>Gets every attempt to store a position that reached the store, in order.</summary>
    public IReadOnlyList<CheckpointEntry> Checkpoints
    {
        get
        {
            lock (_lock)
                return [.. _leases.Checkpoints];
        }
    }

    /// <summary>Gets every call that was made, the failed ones included, in order.</summary>
    public IReadOnlyList<LeaseStoreCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    /// <summary>Gets every lease that the store has, of all scopes.</summary>
    public IReadOnlyList<(LeaseScope Scope, Lease Lease)> Leases
    {
        get
        {
            lock (_lock)
                return [.. _leases.All];
        }
    }

    /// <summary>Lets the next calls of an operation fail. Orders are used up one after the other, before <see cref="OnCall"/> is asked.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="fault">Makes the fault, for example <see cref="LeaseStoreFault.Throttled"/>.</param>
    /// <param name="times">How many calls fail. At least 1.</param>
    public void FailNext(LeaseStoreOperation operation, Func<LeaseStoreFault> fault, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_lock)
            _faults.AddRange(Enumerable.Repeat((operation, fault), times));
    }

    /// <summary>Gets a number that grows with every write that changes a lease.</summary>
    internal long Changes
    {
        get
        {
            lock (_lock)
                return _leases.Changes;
        }
    }

    /// <summary>Looks a lease up without being a call.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>The lease, or null.</returns>
    public Lease? Find(LeaseScope scope, ShardId shard)
    {
        lock (_lock)
            return _leases.Find(scope, shard);
    }

    /// <summary>Deletes a lease's row, as somebody with a console might: no worker ever does.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>True when there was one.</returns>
    public bool Delete(LeaseScope scope, ShardId shard)
    {
        lock (_lock)
            return _leases.Delete(scope, shard);
    }

    /// <summary>Writes a row as it is given, as a store that is broken might.</summary>
    internal void Replace(LeaseScope scope, Lease lease)
    {
        lock (_lock)
            _leases.Replace(scope, lease);
    }

    /// <summary>Fences every worker and frees every lease under a new epoch, as another worker would do that finds them silent, takes what they hold, and leaves.</summary>
    internal void TakeAway()
    {
        lock (_lock)
        {
            foreach (var (key, row) in _workers.ToList())
                _workers[key] = row with { IsFenced = true };
            _leases.TakeAway();
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync(CancellationToken cancellationToken) =>
        await RunAsync(new LeaseStoreCall(0, LeaseStoreOperation.Initialize), static () => true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken) => RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.ListLeases) { Scope = scope },
        () => new LeaseListing([.. _leases.All.Where(entry => entry.Scope == scope).Select(entry => Listed(entry.Lease)!)]) { Reset = _orders.ResetOf(scope) },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.CreateLease) { Scope = scope, Shard = lease.Shard },
            () => _leases.Create(scope, lease),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(claimant);
        return RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.Claim) { Scope = scope, Shard = observed.Shard, Worker = claimant },
            () => Listed(_leases.Claim(scope, observed, claimant)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        CheckMemo(position, memo);
        return RunAsync(CallOn(LeaseStoreOperation.Checkpoint, scope, held, position), () => _leases.Checkpoint(scope, held, position, memo), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        return held.IsMemoApart
            ? RunAsync(CallOn(LeaseStoreOperation.LoadMemo, scope, held, null), () => _leases.MemoOf(scope, held), cancellationToken)
            : new ValueTask<ReadOnlyMemory<byte>?>(held.Memo);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) => RunAsync(
        CallOn(LeaseStoreOperation.Release, scope, held, null),
        () => _leases.Release(scope, held),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.Request) { Scope = scope, Shard = observed.Shard, Worker = requester ?? observed.Requester },
            () => Listed(_leases.Request(scope, observed, requester)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(successor);
        CheckMemo(position, memo);
        return RunAsync(CallOn(LeaseStoreOperation.HandOver, scope, held, position), () => _leases.HandOver(scope, held, successor, position, memo), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(children);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(children.Count, MaximumChildren, nameof(children));
        return RunAsync(CallOn(LeaseStoreOperation.EndShard, scope, held, position), () => _leases.EndShard(scope, held, position, children), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.RemoveLease) { Scope = scope, Shard = observed.Shard },
            () => _leases.Remove(scope, observed),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(gap);
        await RunAsync(
            new LeaseStoreCall(0, LeaseStoreOperation.RecordGap) { Scope = scope, Shard = gap.Shard },
            () => _gaps[(scope, gap.Shard, gap.After)] = gap,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken) => RunAsync<IReadOnlyList<LeaseGap>>(
        new LeaseStoreCall(0, LeaseStoreOperation.ListGaps) { Scope = scope },
        () => [.. _gaps.Where(entry => entry.Key.Scope == scope).Select(entry => entry.Value)],
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) => RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.ListWorkers),
        () => new WorkerListing([.. _workers.Where(entry => entry.Key.Application == application).Select(entry => entry.Value)]) { Controls = _orders.ControlsOf(application) },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken) => RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.Beat) { Worker = worker },
        () => Beat(application, worker, beat),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) => await RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.AnnounceLeaving) { Worker = worker },
        () => _workers.TryGetValue((application, worker), out var row) && (_workers[(application, worker)] = row with { IsLeaving = true }).IsLeaving,
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return RunAsync(new LeaseStoreCall(0, LeaseStoreOperation.FenceWorker) { Worker = observed.Worker }, () => Fence(application, observed), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveWorkerAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) => await RunAsync(
        new LeaseStoreCall(0, LeaseStoreOperation.RemoveWorker) { Worker = worker },
        () => _workers.Remove((application, worker)),
        cancellationToken);

    /// <summary>Gives a lease as it is read: a long memo is read by itself.</summary>
    private static Lease? Listed(Lease? lease) => lease?.Memo.Length > LongestListedMemo ? lease with { Memo = default, IsMemoApart = true } : lease;

    private static void CheckMemo(SequenceNumber? position, ReadOnlyMemory<byte> memo)
    {
        if (memo.Length > Lease.MaximumMemoLength)
            throw new ArgumentException($"A memo of {memo.Length} bytes was given, and one has at most {Lease.MaximumMemoLength}.", nameof(memo));
        if (position is null && !memo.IsEmpty)
            throw new ArgumentException("A memo was given without a position: it belongs to one.", nameof(memo));
    }

    private static LeaseStoreCall CallOn(LeaseStoreOperation operation, LeaseScope scope, Lease held, SequenceNumber? position)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (held.Owner is null)
            throw new ArgumentException("A lease without owner is not held by anybody.", nameof(held));
        return new LeaseStoreCall(0, operation) { Scope = scope, Shard = held.Shard, Worker = held.Owner, Position = position };
    }

    private async ValueTask<T> RunAsync<T>(LeaseStoreCall call, Func<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Func<LeaseStoreFault>? ordered = null;
        lock (_lock)
        {
            call = call with { Number = _calls.Count + 1 };
            _calls.Add(call);
            if (_faults.FindIndex(fault => fault.Operation == call.Operation) is >= 0 and var next)
            {
                ordered = _faults[next].Fault;
                _faults.RemoveAt(next);
            }
        }

        var fault = ordered?.Invoke() ?? OnCall?.Invoke(call);
        if (fault is { IsApplied: false })
            throw fault.Error;
        if (Gate is { } gate)
            await gate(call, cancellationToken);
        T result;
        lock (_lock)
            result = operation();
        return fault is null ? result : throw fault.Error;
    }

    private bool Beat(string application, WorkerIdentity worker, long beat)
    {
        if (!_workers.TryGetValue((application, worker), out var row))
        {
            if (beat != 1)
                return false;
            row = new WorkerRow(worker, beat, IsFenced: false);
        }

        if (row.IsFenced)
            return false;
        _workers[(application, worker)] = row with { Beat = Math.Max(row.Beat, beat) };
        return true;
    }

    private bool Fence(string application, WorkerRow observed)
    {
        if (!_workers.TryGetValue((application, observed.Worker), out var row))
            return false;
        if (!row.IsFenced && row.Beat != observed.Beat)
            return false;
        _workers[(application, observed.Worker)] = row with { IsFenced = true };
        return true;
    }
}
