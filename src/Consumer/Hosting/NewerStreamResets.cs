using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Carries a reset out for the streams of a table that are newer than the one that is looked after. A reset is ordered from the oldest stream on and carried out from the newest on: so nobody
/// is still at work on a newer stream when an older one is read again, and who would claim a lease of the newer one meets an older one that is not finished.
/// </summary>
internal sealed class NewerStreamResets(LeaseScope scope, ConsumerTools tools)
{
    private readonly StreamSource _source = new(tools);
    private readonly Dictionary<StreamArn, DetachedReset> _resets = [];

    /// <summary>Does what can be done.</summary>
    /// <param name="order">The reset of the stream that is looked after.</param>
    /// <param name="isOverdue">Whether the reset has been waiting for so long that what is not ordered for a newer stream by now is not going to be: who ordered it was ended halfway.</param>
    /// <param name="self">This worker, which works on no newer stream now; null for one who is no worker.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>Whether it is carried out there.</returns>
    public async ValueTask<bool> CarryAsync(ResetOrder order, bool isOverdue, WorkerIdentity? self, CancellationToken cancellationToken)
    {
        if (order.Shard is not null)
            return true;
        foreach (var stream in await FindAsync(cancellationToken))
        {
            var newer = _source.ScopeOf(stream);
            var leases = await tools.Leases.ListLeasesAsync(newer, cancellationToken);
            if (leases.Count == 0)
                continue;
            if (leases.Reset is not { } its || its.Operation < order.Operation)
            {
                if (isOverdue)
                    continue;
                return false;
            }

            if (await ResetOf(newer).CarryAsync(leases, self, cancellationToken) != CarryOutcome.Done)
                return false;
        }

        return true;
    }

    private DetachedReset ResetOf(LeaseScope newer)
    {
        if (!_resets.TryGetValue(newer.Stream, out var reset))
            _resets.Add(newer.Stream, reset = new DetachedReset(newer, tools));
        return reset;
    }

    /// <summary>Gives the newer streams, the newest first.</summary>
    private async ValueTask<IEnumerable<StreamArn>> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var streams = await _source.FindAsync(cancellationToken);
            return streams.Select(found => found.Stream).Where(stream => string.CompareOrdinal(stream.Label, scope.Stream.Label) > 0).OrderByDescending(stream => stream.Label, StringComparer.Ordinal);
        }
        catch (WorkerStartupException)
        {
            // The table is gone, or has no stream any more.
            return [];
        }
    }
}
