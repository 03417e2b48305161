using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Leases;

/// <summary>
/// The leases that a worker has asked others for. It asks again until it has the lease, or until its time is over: then it takes the request back, and the owner keeps
/// what it holds. Owned by the loop that asks.
/// </summary>
internal sealed partial class LeaseRequests(ILeaseStore store, LeaseScope scope, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<ShardId, (Lease Lease, long Since)> _open = [];

    /// <summary>Gets whether any lease is asked for.</summary>
    public bool AreOpen => _open.Count > 0;

    /// <summary>Forgets everything: what was asked for by an incarnation that has lost its leases is asked for by nobody.</summary>
    public void Clear() => _open.Clear();

    /// <summary>Notes that a lease was listed as held by the one who asks. True when it was handed over, and not told of yet.</summary>
    public bool TryTake(Lease lease) => _open.TryGetValue(lease.Shard, out var asked) && lease.Epoch == asked.Lease.Epoch + 1 && _open.Remove(lease.Shard);

    /// <summary>Asks for some leases.</summary>
    /// <param name="observed">The leases as they were observed.</param>
    /// <param name="self">The worker.</param>
    /// <param name="refused">Is told of each lease that is not to be had: it is not as observed any more, or somebody else has asked.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async ValueTask AskAsync(IReadOnlyList<Lease> observed, WorkerIdentity self, Action<ShardId> refused, CancellationToken cancellationToken)
    {
        // Noted first: a request whose answer is lost may stand all the same.
        foreach (var lease in observed)
            _open[lease.Shard] = (lease, time.GetTimestamp());
        var calls = observed.Select(lease => store.RequestAsync(scope, lease, self, cancellationToken).AsTask()).ToList();
        try
        {
            await Task.WhenAll(calls);
        }
        finally
        {
            foreach (var (lease, call) in observed.Zip(calls).Where(entry => entry.Second.IsCompletedSuccessfully))
            {
                if (await call is { } asked)
                {
                    LogAsked(scope.Consumer, lease.Shard, lease.Owner?.WorkerId);
                    _open[lease.Shard] = _open[lease.Shard] with { Lease = asked };
                }
                else
                {
                    _open.Remove(lease.Shard);
                    refused(lease.Shard);
                }
            }
        }
    }

    /// <summary>Looks how the requests stand.</summary>
    /// <param name="self">The worker.</param>
    /// <param name="patience">How long an owner has before a request is taken back.</param>
    /// <param name="handedOver">Takes each lease that was handed over.</param>
    /// <param name="refused">Is told of each lease that is not to be had.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async ValueTask LookAsync(WorkerIdentity self, TimeSpan patience, Action<Lease> handedOver, Action<ShardId> refused, CancellationToken cancellationToken)
    {
        foreach (var (shard, (lease, since)) in _open.ToList())
        {
            var isOver = time.GetElapsedTime(since) >= patience;
            var now = isOver
                ? await store.RequestAsync(scope, lease with { Requester = self }, null, cancellationToken)
                : await store.RequestAsync(scope, lease, self, cancellationToken);
            if (now is not null && now.Owner != self && !isOver)
                continue;
            _open.Remove(shard);
            if (now?.Owner == self)
            {
                handedOver(now);
                continue;
            }

            refused(shard);
            if (now is not null)
                LogTakenBack(scope.Consumer, shard, now.Owner?.WorkerId, patience);
        }
    }

    [LoggerMessage(1020, LogLevel.Information, "{Consumer}: {Owner} is asked to hand over {Shard}, so that all workers have as much to do.")]
    private partial void LogAsked(string consumer, ShardId shard, string? owner);

    [LoggerMessage(1021, LogLevel.Information, "{Consumer}: {Owner} did not hand over {Shard} within {Patience} and keeps it.")]
    private partial void LogTakenBack(string consumer, ShardId shard, string? owner, TimeSpan patience);
}
