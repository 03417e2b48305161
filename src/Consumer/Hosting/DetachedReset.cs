using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Carries a reset out for a stream that no session here looks after: lists by itself whatever that needs.</summary>
internal sealed class DetachedReset(LeaseScope scope, ConsumerTools tools)
{
    private readonly ShardDiscovery _discovery = new(tools.Streams, scope.Stream, tools.Reader);
    private readonly ResetCarrier _carrier = new(scope, tools);
    private StreamSnapshot? _previous;

    /// <summary>Does what can be done of the reset that stands in a listing of the leases.</summary>
    /// <param name="leases">The leases as they were just listed, with a reset.</param>
    /// <param name="self">This worker, which works on nothing of the stream; null for one who is no worker.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async ValueTask<CarryOutcome> CarryAsync(LeaseListing leases, WorkerIdentity? self, CancellationToken cancellationToken)
    {
        // Workers are listed after leases: an owner writes its own row before it claims.
        var workers = await tools.Leases.ListWorkersAsync(scope.Application, cancellationToken);
        var snapshot = await _discovery.ListAsync(cancellationToken);
        // What this worker could not give back when it left the stream, it gives back now: others may only wait for it.
        foreach (var left in leases.Where(lease => lease.Owner is not null && lease.Owner == self))
            await tools.Leases.ReleaseAsync(scope, left, cancellationToken);
        var outcome = await _carrier.CarryAsync(leases.Reset!, leases, lease => lease.Owner == self || !GroupProgress.IsHeld(lease, workers), snapshot, _previous, cancellationToken);
        _previous = snapshot;
        return outcome;
    }
}
