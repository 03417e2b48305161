using System.Globalization;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>A stream and its shards. Whoever uses it holds the lock of its <see cref="StreamRegistry"/>.</summary>
internal sealed class StreamLog
{
    private readonly StreamRegistry _registry;
    private readonly Dictionary<ShardId, ShardLog> _shards = [];
    private readonly List<ShardLog> _openShards = [];

    // The order of listings is that of these places. Places of dropped shards are kept: a listing may stand at one.
    private readonly Dictionary<ShardId, (ulong Hash, long Ordinal)> _places = [];
    private readonly SortedDictionary<(ulong Hash, long Ordinal), ShardLog> _listing = [];

    public StreamLog(StreamRegistry registry, StreamArn arn, StreamView view, int shards)
    {
        _registry = registry;
        Arn = arn;
        View = view;
        foreach (var range in HashRange.Divide(shards))
            Open(null, range);
    }

    public StreamArn Arn { get; }

    public StreamView View { get; }

    public string ViewType => View switch
    {
        StreamView.KeysOnly => "KEYS_ONLY",
        StreamView.NewImage => "NEW_IMAGE",
        StreamView.OldImage => "OLD_IMAGE",
        _ => "NEW_AND_OLD_IMAGES",
    };

    public StreamStatus Status { get; private set; } = StreamStatus.Enabled;

    public bool IsGone => Status == StreamStatus.Disabled && _shards.Count == 0;

    /// <summary>Gets the shards in the order in which they were made.</summary>
    public IEnumerable<ShardLog> Shards => _shards.Values.OrderBy(shard => shard.Ordinal);

    public IReadOnlyList<ShardLog> OpenShards => _openShards;

    public ShardLog? Find(ShardId shard) => _shards.GetValueOrDefault(shard);

    public ShardLog OpenShardOf(string keys)
    {
        var hash = HashRange.Hash(keys);
        return _openShards.First(shard => shard.Range.Contains(hash));
    }

    public IReadOnlyList<ShardId> Divide(ShardId shard, bool inTwo)
    {
        if (Find(shard) is not { Ending: null } parent)
            throw new InvalidOperationException($"{shard} is not an open shard of {Arn}.");
        Close(parent);
        if (!inTwo)
            return [Open(shard, parent.Range)];
        var (lower, upper) = parent.Range.Halve();
        return [Open(shard, lower), Open(shard, upper)];
    }

    public void Disable()
    {
        foreach (var shard in _openShards.ToList())
            Close(shard);
        Status = StreamStatus.Disabled;
    }

    public void Remove(ShardId shard)
    {
        if (Find(shard) is not { Ending: not null })
            throw new InvalidOperationException($"{shard} is not a closed shard of {Arn}: only a closed one can leave the listing.");
        Drop(shard);
    }

    public void TrimBefore(DateTimeOffset time)
    {
        foreach (var shard in _shards.Values)
            shard.Trim(entry => entry.CreatedAt < time);
        foreach (var shard in _shards.Values.Where(shard => shard.IsEmpty && shard.ClosedAt < time).ToList())
            Drop(shard.Id);
    }

    /// <summary>Gives a page of the listing. Its order is fixed, since pages need one, but says nothing: parents may come after their children.</summary>
    public (IReadOnlyList<Shard> Shards, ShardId? LastEvaluated) List(ShardId? startAfter, ShardId? childrenOf, int pageSize)
    {
        var after = (Hash: 0UL, Ordinal: 0L);
        if (startAfter is { } last && !_places.TryGetValue(last, out after))
            throw StreamFaults.InvalidRequest($"ExclusiveStartShardId {last} is not a shard of the stream.");
        var page = _listing
            .Where(entry => entry.Key.CompareTo(after) > 0 && !entry.Value.IsHidden)
            .Select(entry => entry.Value.Describe())
            .Where(shard => childrenOf is null || shard.ParentId == childrenOf)
            .Take(pageSize)
            .ToList();
        return (page, page.Count == pageSize ? page[^1].Id : null);
    }

    private ShardId Open(ShardId? parent, HashRange range)
    {
        var ordinal = _registry.NextShard();
        var id = new ShardId(string.Create(CultureInfo.InvariantCulture, $"shardId-{_registry.Now.ToUnixTimeMilliseconds():D20}-{ordinal:x8}"));
        var shard = new ShardLog(id, ordinal, parent, _registry.NextNumber(), range);
        var place = (HashRange.Hash(id.Value), ordinal);
        _shards.Add(id, shard);
        _openShards.Add(shard);
        _places.Add(id, place);
        _listing.Add(place, shard);
        return id;
    }

    private void Close(ShardLog shard)
    {
        shard.Close(_registry.NextNumber(), _registry.Now);
        _openShards.Remove(shard);
    }

    private void Drop(ShardId shard)
    {
        _shards.Remove(shard);
        _listing.Remove(_places[shard]);
    }
}
