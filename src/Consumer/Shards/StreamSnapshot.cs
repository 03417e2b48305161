namespace StreamWorker.Consumer.Shards;

/// <summary>A complete listing of a stream.</summary>
/// <param name="Status">The stream's state.</param>
/// <param name="Shards">Its shards by name.</param>
/// <param name="ServiceTime">The service's time before the listing began; null when not told.</param>
internal sealed record StreamSnapshot(StreamStatus Status, IReadOnlyDictionary<ShardId, Shard> Shards, DateTimeOffset? ServiceTime)
{
    /// <summary>Gets whether the listing can be relied upon for what it does not show. A last page without shards may be a fault of the service.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Gets how many calls the listing took.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>Gets whether the stream takes no more changes, so that a closed shard without child will never have one.</summary>
    public bool IsEnding => Status is StreamStatus.Disabling or StreamStatus.Disabled;

    public IEnumerable<Shard> ChildrenOf(ShardId parent) => Shards.Values.Where(shard => shard.ParentId == parent);
}
