using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>What operators have ordered for a stream, as this worker has last seen it, and what follows from it for each lease. Owned by the loop of the <see cref="StreamSession"/>.</summary>
internal sealed class StreamOrders(LeaseScope scope, ConsumerTools tools)
{
    private readonly ResetCarrier _carrier = new(scope, tools);
    private readonly NewerStreamResets _newer = new(scope, tools);
    private volatile ConsumerControl _control = ConsumerControl.Initial(scope.Consumer);
    private volatile ResetOrder? _reset;
    private (LeaseListing Leases, StreamSnapshot Snapshot, ResetPlan Plan)? _planned;
    private long? _firstSeen;
    private long _seen;
    private long? _recalled;

    /// <summary>Gets what is ordered for the consumer.</summary>
    public ConsumerControl Control => _control;

    private ResetOrder? PendingOrder => _reset is { IsPending: true } pending ? pending : null;

    /// <summary>Gets the pause that is in force; null for none.</summary>
    public PauseStatus? Pause => PauseOf(_control);

    /// <summary>Gets the reset that is not carried out yet; null for none.</summary>
    public PendingReset? Pending => PendingOrder is { } order ? new PendingReset(order.Operation, scope.Stream.Value, order.Shard?.Value, order.Start.ToString()) : null;

    /// <summary>Gives the pause that is in force; null for none.</summary>
    public static PauseStatus? PauseOf(ConsumerControl? control) =>
        control is { Pause: not PauseMode.None } ? new PauseStatus(control.PausedBy ?? "", control.PausedAt, control.Pause == PauseMode.KeepLeases) : null;

    /// <summary>Takes note of what was listed.</summary>
    public void Observe(ConsumerControl control, LeaseListing leases, StreamSnapshot snapshot)
    {
        _control = control;
        _reset = leases.Reset;
        if (leases.Reset is null)
            _planned = null;
        else if (_planned is not { } planned || planned.Leases != leases || planned.Snapshot != snapshot)
            _planned = (leases, snapshot, new ResetPlan(leases.Reset, leases, snapshot));
        if (_reset is { IsPending: true } pending && pending.Generation == _seen)
            return;
        _seen = _reset?.Generation ?? 0;
        _firstSeen = _reset is { IsPending: true } ? tools.Time.GetTimestamp() : null;
    }

    /// <summary>Gives what the run of a lease is to do.</summary>
    public RunOrder OrderFor(Lease lease)
    {
        if (_planned is { } planned && planned.Plan.IsBehind(lease))
            return RunOrder.GiveBack;
        return _control.Pause switch
        {
            PauseMode.ReleaseLeases => RunOrder.GiveBack,
            PauseMode.KeepLeases => RunOrder.Stand,
            _ => RunOrder.Work,
        };
    }

    /// <summary>Tells whether a lease may be claimed: not during a pause that gives leases back, nor before a reset that it is to have.</summary>
    public bool MayClaim(Lease lease)
    {
        if (_control.Pause == PauseMode.ReleaseLeases)
            return false;
        // One of a later generation was seen before the order for it was.
        if (_reset is not { } reset || _planned is not { } planned)
            return lease.Generation == 0;
        if (lease.Generation > reset.Generation)
            return false;
        return !planned.Plan.IsBehind(lease) && !(reset.IsPending && planned.Plan.Concerns(lease.Shard));
    }

    /// <summary>Gives back what is to be given back and is not worked on: when a run could not do so at its end, its worker does it here. Others may only wait for it.</summary>
    /// <param name="idle">The leases in this worker's name without work on them.</param>
    /// <param name="stop">Cancels the calls.</param>
    /// <returns>Whether there were any.</returns>
    public async ValueTask<bool> ReturnAsync(IEnumerable<Lease> idle, CancellationToken stop)
    {
        var returned = false;
        foreach (var lease in idle.Where(lease => OrderFor(lease) == RunOrder.GiveBack))
            returned |= await tools.Leases.ReleaseAsync(scope, lease, stop);
        return returned;
    }

    /// <summary>Carries a reset out as far as it can be done now.</summary>
    /// <param name="leases">The leases as they were just listed.</param>
    /// <param name="isFree">Tells whether nobody who may be alive holds a lease.</param>
    /// <param name="self">This worker.</param>
    /// <param name="isFirst">Whether this worker is the one that does it. The others wait for a while, and do it all the same when it does not.</param>
    /// <param name="snapshot">The last listing of the stream.</param>
    /// <param name="previous">The one before; null when there is none.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async ValueTask<CarryOutcome> CarryAsync(LeaseListing leases, Func<Lease, bool> isFree, WorkerIdentity? self, bool isFirst, StreamSnapshot snapshot, StreamSnapshot? previous, CancellationToken stop)
    {
        if (leases.Reset is not { } reset || _planned is not { } planned || !(reset.IsPending || leases.Any(planned.Plan.IsBehind)))
            return CarryOutcome.Done;
        var waited = _firstSeen is { } seen ? tools.Time.GetElapsedTime(seen) : TimeSpan.MaxValue;
        if (!isFirst && waited < tools.Worker.LeaseDuration)
            return CarryOutcome.Waits;
        if (!await _newer.CarryAsync(reset, isOverdue: waited > tools.Worker.LeaseDuration * 3, self, stop))
            return CarryOutcome.Waits;
        return await _carrier.CarryAsync(reset, leases, isFree, snapshot, previous, stop);
    }

    /// <summary>Reads what was done to the consumer, when something was since it was read last.</summary>
    public async ValueTask RecallAsync(CancellationToken stop)
    {
        // A reset that is carried out changes its entry.
        var now = (_control.Number * 2) + (PendingOrder is null ? 1 : 0);
        if (_recalled == now)
            return;
        try
        {
            if (_control.Number > 0)
                tools.Operations.Publish(await tools.Leases.ListOperationsAsync(scope.Application, scope.Consumer, stop));
            _recalled = now;
        }
        catch (LeaseStoreException)
        {
            // It is for people to see; the next turn tries again.
        }
    }
}
