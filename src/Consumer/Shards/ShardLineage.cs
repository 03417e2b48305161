namespace StreamWorker.Consumer.Shards;

/// <summary>Decides which shards are to be read, and from where.</summary>
internal static class ShardLineage
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    /// <summary>Plans the very first start on a stream.</summary>
    /// <param name="snapshot">The stream.</param>
    /// <param name="onlyNewRecords">Whether only records are wanted that are written from now on.</param>
    /// <returns>A plan for every shard. For new records only, those that have a child are not read at all and the others from now on.</returns>
    public static IReadOnlyList<PlannedShard> FirstStart(StreamSnapshot snapshot, bool onlyNewRecords)
    {
        if (!onlyNewRecords)
            return [.. snapshot.Shards.Values.Select(shard => new PlannedShard(shard, ShardStart.TrimHorizon))];
        var parents = snapshot.Shards.Values.Select(shard => shard.ParentId).ToHashSet();
        return [.. snapshot.Shards.Values.Select(shard => new PlannedShard(shard, parents.Contains(shard.Id) ? ShardStart.NotAtAll : ShardStart.Now))];
    }

    /// <summary>Plans the shards that a later listing shows for the first time: they are read from their oldest record, whatever the starting position was.</summary>
    public static IReadOnlyList<PlannedShard> Newcomers(StreamSnapshot snapshot, IReadOnlySet<ShardId> known) =>
        [.. snapshot.Shards.Values.Where(shard => !known.Contains(shard.Id)).Select(shard => new PlannedShard(shard, ShardStart.TrimHorizon))];

    /// <summary>
    /// Tells whether a shard may be read as far as its parent goes: the parent is finished, or it is neither known nor listed any more. A parent that is
    /// too young to have been trimmed must be missing from two listings in a row: one page of a listing may be older than the others.
    /// </summary>
    /// <param name="parent">The shard's parent.</param>
    /// <param name="isFinished">Whether a shard is finished; null for one that is not known.</param>
    /// <param name="latest">The last complete listing.</param>
    /// <param name="previous">The one before; null when there is none.</param>
    public static bool MayStart(ShardId? parent, Func<ShardId, bool?> isFinished, StreamSnapshot latest, StreamSnapshot? previous)
    {
        if (parent is not { } id)
            return true;
        if (isFinished(id) is { } finished)
            return finished;
        if (latest.Shards.ContainsKey(id))
            return false;
        var mayBeTrimmed = id.CreatedAt is not { } created || latest.ServiceTime is not { } now || now - created >= Retention;
        return mayBeTrimmed || (previous is not null && !previous.Shards.ContainsKey(id));
    }
}

/// <summary>A shard and where to start in it.</summary>
internal sealed record PlannedShard(Shard Shard, ShardStart Start);

/// <summary>Where to start in a shard.</summary>
internal enum ShardStart
{
    /// <summary>At its oldest record.</summary>
    TrimHorizon,

    /// <summary>At the records that are written from now on.</summary>
    Now,

    /// <summary>Nowhere: none of it is wanted.</summary>
    NotAtAll,
}
