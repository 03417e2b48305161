using System.Collections.Concurrent;

namespace StreamWorker.Consumer.Shards;

/// <summary>Lists the shards of a stream, all of them or the children of one. Listings are not atomic: one that contradicts itself is taken again.</summary>
internal sealed class ShardDiscovery(IStreamsClient client, StreamArn stream, ReaderTools tools)
{
    private const int MostPages = 1000;
    private const int MostListings = 5;
    private const int MostChildLookups = 10;
    private const int MostTriesOfPage = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // What was not listed for so long, by a service that answers, is not there.
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(30);
    private const string Everything = "";

    private readonly ConcurrentDictionary<string, long> _doubts = new(StringComparer.Ordinal);
    private volatile bool _childFilterIsRefused;

    /// <summary>Lists the whole stream. A last page without shards, or a closed shard without child on a stream that takes changes, means that a page was wrong or too old.</summary>
    public async ValueTask<StreamSnapshot> ListAsync(CancellationToken cancellationToken)
    {
        var snapshot = await ListOnceAsync(cancellationToken);
        var same = 1;
        var calls = snapshot.Calls;
        for (var listing = 1; listing < MostListings && (!snapshot.IsCertain || LacksChildren(snapshot)); listing++)
        {
            await PauseAsync(listing, cancellationToken);
            var again = await ListOnceAsync(cancellationToken);
            same = again.Shards.Count > 0 && AreSame(again.Shards, snapshot.Shards) ? same + 1 : 1;
            snapshot = again;
            calls += again.Calls;
        }

        // What is said over and over again is so, whatever its last page is like.
        var isCertain = snapshot.IsCertain || same == MostListings || Lasts(Everything);
        if (isCertain && snapshot.Shards.Count > 0)
            _doubts.TryRemove(Everything, out _);
        // A listing that is like this every time costs that much every time; one that was disturbed does not.
        return snapshot with { IsCertain = isCertain, Calls = same == MostListings ? calls : snapshot.Calls };
    }

    /// <summary>
    /// Tells whether the table's list of streams has the stream. That a stream is not known can be said for a moment of one that is there; it is gone when it is not listed either.
    /// </summary>
    public async ValueTask<bool> IsListedAsync(CancellationToken cancellationToken)
    {
        StreamArn? startAfter = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await client.ListStreamsAsync(stream.TableName, startAfter, cancellationToken);
            if (answer.Streams.Contains(stream))
                return true;
            if (answer.LastEvaluated is not { } last)
                return false;
            startAfter = last;
        }

        throw Endless();
    }

    /// <summary>
    /// Finds the children of a shard that has ended. They may be listed a moment later than their parent is closed; a shard without any is only one whose stream takes no more
    /// changes, or is gone.
    /// </summary>
    /// <param name="parent">The shard.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <param name="areKnown">Whether children of it are known from before, so that none may be listed any more.</param>
    /// <exception cref="StreamServiceException">No child is listed yet.</exception>
    public async ValueTask<IReadOnlyList<Shard>> FindChildrenAsync(ShardId parent, CancellationToken cancellationToken, bool areKnown = false)
    {
        try
        {
            return await LookForChildrenAsync(parent, areKnown, cancellationToken);
        }
        catch (StreamServiceException e) when (e.Kind == StreamErrorKind.NotFound)
        {
            if (await IsListedAsync(cancellationToken))
                throw new StreamServiceException(StreamErrorKind.ServiceFault, $"{parent} has ended and its children could not be asked for, although {stream} is listed: {e.Message}", e);
            return [];
        }
    }

    private async ValueTask<IReadOnlyList<Shard>> LookForChildrenAsync(ShardId parent, bool areKnown, CancellationToken cancellationToken)
    {
        ChildAnswer? last = null;
        var same = 0;
        for (var lookup = 1; lookup <= MostChildLookups; lookup++)
        {
            var answer = await DescribeChildrenAsync(parent, cancellationToken);
            same = answer is not null && last is not null && AreSame(answer.Shards, last.Shards) ? same + 1 : 1;
            last = answer;
            // One of two children may be on the page that was shown empty; what is said over and over again is so.
            if (answer is { Shards.Count: > 0 } && (answer.IsCertain || same == MostListings))
                return [.. answer.Shards.Values];
            if (answer is null or { Shards.Count: 0, Status: StreamStatus.Disabling or StreamStatus.Disabled })
                break;
            await PauseAsync(lookup, cancellationToken);
        }

        var snapshot = await ListOnceAsync(cancellationToken);
        if (!snapshot.IsCertain)
            snapshot = await ListAsync(cancellationToken);
        var listed = snapshot.ChildrenOf(parent).ToList();
        if (listed.Count > 0 && !snapshot.IsCertain)
            throw new StreamServiceException(StreamErrorKind.ServiceFault, $"{parent} has ended and the listing that shows children of it is disturbed.");
        // A listing that shows the parent open is older than its end, and so than its children.
        var isWithout = snapshot.IsCertain && snapshot.Shards.TryGetValue(parent, out var ended) && ended.IsClosed;
        if (listed.Count == 0 && !areKnown && !(snapshot.IsEnding && (isWithout || Lasts(parent.Value))))
            throw new StreamServiceException(StreamErrorKind.ServiceFault, $"{parent} has ended and no child of it is listed yet.");
        return listed;
    }

    /// <summary>Asks for the children alone, all pages of them. Null where the service refuses such a request; one that ignores the filter lists the whole stream.</summary>
    private async ValueTask<ChildAnswer?> DescribeChildrenAsync(ShardId parent, CancellationToken cancellationToken)
    {
        if (_childFilterIsRefused)
            return null;
        try
        {
            var children = new Dictionary<ShardId, Shard>();
            ShardId? startAfter = null;
            for (var page = 0; page < MostPages; page++)
            {
                var answer = await client.DescribeStreamAsync(stream, startAfter, parent, cancellationToken);
                foreach (var child in answer.Shards.Where(shard => shard.ParentId == parent))
                    children[child.Id] = child;
                if (answer.LastEvaluated is not { } last)
                    return new ChildAnswer(children, answer.Status, answer.Shards.Count > 0);
                startAfter = last;
            }

            throw Endless();
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
        var isCertain = true;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await DescribePageAsync(startAfter, cancellationToken);
            isCertain = answer.Shards.Count > 0;
            serviceTime ??= answer.ServiceTime;
            foreach (var shard in answer.Shards)
                shards[shard.Id] = shard;
            if (answer.LastEvaluated is not { } last)
                return new StreamSnapshot(answer.Status, shards, serviceTime) { IsCertain = isCertain, Calls = page + 1 };
            startAfter = last;
        }

        throw Endless();
    }

    private StreamServiceException Endless() => new(StreamErrorKind.ServiceFault, $"The listing of {stream} did not end after {MostPages} pages.");

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

    private static bool AreSame(IReadOnlyDictionary<ShardId, Shard> some, IReadOnlyDictionary<ShardId, Shard> others) => some.Count == others.Count && some.Keys.All(others.ContainsKey);

    /// <summary>Tells whether something has been missing for long. The first time begins the time.</summary>
    private bool Lasts(string what) => tools.Time.GetElapsedTime(_doubts.GetOrAdd(what, tools.Time.GetTimestamp())) >= LongestDoubt;

    private bool LacksChildren(StreamSnapshot snapshot)
    {
        if (snapshot.Status != StreamStatus.Enabled)
            return false;
        var parents = snapshot.Shards.Values.Select(shard => shard.ParentId).ToHashSet();
        // A shard is as old as the time in its name says; beyond the retention its children may have been trimmed as well.
        var oldest = (snapshot.ServiceTime ?? tools.Time.GetUtcNow()) - TimeSpan.FromHours(25);
        return snapshot.Shards.Values.Any(shard => shard.IsClosed && !parents.Contains(shard.Id) && shard.Id.CreatedAt is { } created && created > oldest);
    }

    /// <summary>The children of a shard as they were listed, and whether the answer can be relied upon for what it does not show.</summary>
    private sealed record ChildAnswer(IReadOnlyDictionary<ShardId, Shard> Shards, StreamStatus Status, bool IsCertain);

    private Task PauseAsync(int lookups, CancellationToken cancellationToken) =>
        Task.Delay(Backoff.Next(lookups, FirstPause, LongestPause, tools.Entropy.Next()), tools.Time, cancellationToken);
}
