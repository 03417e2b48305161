using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// The way from a shard's last record to its children's first one. What can be known before is looked up before: the children while the last records are still being
/// handled, their iterators while the end is being stored. No child is read before its parent is done.
/// </summary>
internal sealed partial class ShardEnding(LeasedShard shard, ShardDiscovery discovery, ConsumerTools tools, CancellationToken stop) : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly List<Task> _ahead = [];
    private readonly ILogger _logger = tools.Logger;
    private Task<IReadOnlyList<Shard>?>? _children;

    private ShardId Shard => shard.Lease.Shard;

    /// <summary>Looks for the children as soon as the shard has been read to its end.</summary>
    public void FindAhead(Task<bool> reading)
    {
        _children = FindAheadAsync(reading);
        _ahead.Add(_children);
    }

    /// <summary>Stores the end and makes the children's leases, however often it takes.</summary>
    /// <returns>Null when the lease was lost.</returns>
    /// <exception cref="OperationCanceledException">A stop came first.</exception>
    public async ValueTask<ShardRunEnd?> EndAsync(SequenceNumber? position)
    {
        var areChildrenKnown = false;
        for (var failures = 1; ; failures++)
        {
            try
            {
                var children = _children is { } found ? await found : null;
                _children = null;
                return await EndAsync(position, children ?? await discovery.FindChildrenAsync(Shard, stop, areChildrenKnown));
            }
            catch (Exception e) when (e is StreamServiceException or LeaseStoreException && shard.MayProceed)
            {
                var delay = Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next());
                LogEndFailed(tools.Consumer, Shard, delay, e.Message);
                await Task.Delay(delay, tools.Time, stop);
                areChildrenKnown = areChildrenKnown || await HaveChildrenLeasesAsync();
            }
        }
    }

    /// <summary>Stores the end and makes the children's leases.</summary>
    /// <returns>Null when the lease was lost.</returns>
    public async ValueTask<ShardRunEnd?> EndAsync(SequenceNumber? position, IEnumerable<Shard> children)
    {
        var leases = children.Select(child => new NewLease(child.Id, child.ParentId, LeaseStart.TrimHorizon) { Generation = shard.Lease.Generation }).ToList();
        var iterators = leases.ToDictionary(lease => lease.Shard, lease => FindIteratorAsync(lease.Shard));
        _ahead.AddRange(iterators.Values);
        if (await shard.EndAsync(position, leases, stop) is not { } claimed)
            return null;
        LogEnded(tools.Consumer, Shard, string.Join(", ", leases.Select(lease => lease.Shard.Value)));
        var begun = new List<(Lease, string?)>();
        foreach (var child in claimed)
            begun.Add((child, iterators.GetValueOrDefault(child.Shard) is { IsCompletedSuccessfully: true } iterator ? await iterator : null));
        return new ShardRunEnd(ShardRunOutcome.Ended, begun);
    }

    /// <summary>Ends what was looked up ahead and is of no use any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _over.CancelNow();
        await Task.WhenAll(_ahead);
        _over.Dispose();
    }

    /// <summary>Tells whether a shard that is read once more has children whose leases are there from the first time: the stream may have forgotten them since.</summary>
    private async ValueTask<bool> HaveChildrenLeasesAsync()
    {
        if (shard.Lease.Generation == 0)
            return false;
        try
        {
            return (await tools.Leases.ListLeasesAsync(shard.Scope, stop)).Any(lease => lease.Parent == Shard);
        }
        catch (LeaseStoreException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<Shard>?> FindAheadAsync(Task<bool> reading)
    {
        try
        {
            if (!await reading)
                return null;
            var children = await discovery.FindChildrenAsync(Shard, _over.Token);
            shard.IsEnding = true;
            return children;
        }
        catch (Exception e) when (e is StreamServiceException or OperationCanceledException)
        {
            // Who ends the shard asks again, and says what is wrong.
            return null;
        }
    }

    private async Task<string?> FindIteratorAsync(ShardId child)
    {
        try
        {
            return await tools.Streams.GetShardIteratorAsync(shard.Scope.Stream, child, IteratorStart.TrimHorizon, _over.Token);
        }
        catch (Exception e) when (e is StreamServiceException or OperationCanceledException)
        {
            // Who reads the child takes one.
            return null;
        }
    }

    [LoggerMessage(4002, LogLevel.Information, "{Consumer}: {Shard} is finished to its end; it continues in [{Children}].")]
    private partial void LogEnded(string consumer, ShardId shard, string children);

    [LoggerMessage(4006, LogLevel.Warning, "{Consumer}: the end of {Shard} could not be stored, next try in {Delay}: {Reason}")]
    private partial void LogEndFailed(string consumer, ShardId shard, TimeSpan delay, string reason);
}
