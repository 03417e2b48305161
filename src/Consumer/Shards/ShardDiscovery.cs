using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Shards;

/// <summary>Lists the shards of a stream, all of them or the children of one. Listings are not atomic: one that contradicts itself is taken again.</summary>
internal sealed partial class ShardDiscovery(IStreamsClient client, StreamArn stream, ReaderTools tools, ILogger logger)
{
    private const int MostPages = 1000;
    private const int MostListings = 5;
    private const int MostChildLookups = 10;
    private const int MostTriesOfPage = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private volatile bool _childFilterIsRefused;

    /// <summary>Lists the whole stream. A closed shard without child, on a stream that takes changes, means that a page was too old.</summary>
    public async ValueTask<StreamSnapshot> ListAsync(CancellationToken cancellationToken)
    {
        var snapshot = await ListOnceAsync(cancellationToken);
        for (var listing = 1; listing < MostListings && LacksChildren(snapshot); listing++)
        {
            await PauseAsync(listing, cancellationToken);
            snapshot = await ListOnceAsync(cancellationToken);
        }

        return snapshot;
    }

    /// <summary>Finds the children of a shard that has ended. They may be listed a moment later than their parent is closed.</summary>
    public async ValueTask<IReadOnlyList<Shard>> FindChildrenAsync(ShardId parent, CancellationToken cancellationToken)
    {
        for (var lookup = 1; lookup <= MostChildLookups; lookup++)
        {
            var answer = await DescribeChildrenAsync(parent, cancellationToken);
            var children = answer?.Shards.Where(shard => shard.ParentId == parent).ToList() ?? [];
            if (children.Count > 0)
                return children;
            if (answer is null || answer.Status is StreamStatus.Disabling or StreamStatus.Disabled)
                break;
            await PauseAsync(lookup, cancellationToken);
        }

        var snapshot = await ListOnceAsync(cancellationToken);
        var listed = snapshot.ChildrenOf(parent).ToList();
        if (listed.Count == 0 && !snapshot.IsEnding)
            LogNoChildren(parent);
        return listed;
    }

    /// <summary>Asks for the children alone. Null where the service refuses such a request.</summary>
    private async ValueTask<StreamDescription?> DescribeChildrenAsync(ShardId parent, CancellationToken cancellationToken)
    {
        if (_childFilterIsRefused)
            return null;
        try
        {
            return await client.DescribeStreamAsync(stream, null, parent, cancellationToken);
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.InvalidRequest)
        {
            _childFilterIsRefused = true;
            return null;
        }
    }

    private async ValueTask<StreamSnapshot> ListOnceAsync(CancellationToken cancellationToken)
    {
        var shards = new Dictionary<ShardId, Shard>();
        DateTimeOffset? serviceTime = null;
        ShardId? startAfter = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await DescribePageAsync(startAfter, cancellationToken);
            serviceTime ??= answer.ServiceTime;
            foreach (var shard in answer.Shards)
                shards[shard.Id] = shard;
            if (answer.LastEvaluated is not { } last)
                return new StreamSnapshot(answer.Status, shards, serviceTime);
            startAfter = last;
        }

        throw new StreamServiceException(StreamErrorKind.ServiceFault, $"The listing of {stream} did not end after {MostPages} pages.");
    }

    /// <summary>Gets a page. One in the middle that cannot be had is asked for again: a long listing that began anew each time would never get through a service that throttles.</summary>
    private async ValueTask<StreamDescription> DescribePageAsync(ShardId? startAfter, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await client.DescribeStreamAsync(stream, startAfter, null, cancellationToken);
            }
            catch (StreamServiceException e) when (e.IsTransient && startAfter is not null && failures < MostTriesOfPage)
            {
                await PauseAsync(failures, cancellationToken);
            }
        }
    }

    private bool LacksChildren(StreamSnapshot snapshot)
    {
        if (snapshot.Status != StreamStatus.Enabled)
            return false;
        var parents = snapshot.Shards.Values.Select(shard => shard.ParentId).ToHashSet();
        // A shard is as old as the time in its name says; beyond the retention its children may have been trimmed as well.
        var oldest = (snapshot.ServiceTime ?? tools.Time.GetUtcNow()) - TimeSpan.FromHours(25);
        return snapshot.Shards.Values.Any(shard => shard.IsClosed && !parents.Contains(shard.Id) && shard.Id.CreatedAt is { } created && created > oldest);
    }

    private Task PauseAsync(int lookups, CancellationToken cancellationToken) =>
        Task.Delay(Backoff.Next(lookups, FirstPause, LongestPause, tools.Entropy.Next()), tools.Time, cancellationToken);

    [LoggerMessage(2010, LogLevel.Warning, "{Parent} has ended and no child is listed yet; the regular listing will find it.")]
    private partial void LogNoChildren(ShardId parent);
}
