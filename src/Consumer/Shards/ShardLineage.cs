namespace StreamWorker.Consumer.Shards;

/// <summary>Decides which shards are to be read, and from where.</summary>
internal static class ShardLineage
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);
    private static readonly TimeSpan Remembrance = TimeSpan.FromHours(48);

    /// <summary>Plans the very first start on a stream.</summary>
    /// <param name="snapshot">The stream.</param>
    /// <param name="onlyNewRecords">Whether only records are wanted that are written from now on.</param>
    /// <returns>A plan for every shard. For new records only, those that have a child are not read at all and the others from now on.</returns>
    public static IReadOnlyList<PlannedShard> FirstStart(StreamSnapshot snapshot, bool onlyNewRecords)
    {
        if (!onlyNewRecords)
            return [.. snapshot.Shards.Values.Select(shard => new PlannedShard(shard, ShardStart.TrimHorizon)).OrderBy(Birth)];
        var parents = snapshot.Shards.Values.Select(shard => shard.ParentId).ToHashSet();
        // Those that say from when on records are wanted come first: a start that does not get through all of them can be completed by anybody who finds one.
        return [.. snapshot.Shards.Values
            .Select(shard => new PlannedShard(shard, parents.Contains(shard.Id) ? ShardStart.NotAtAll : ShardStart.Now))
            .OrderBy(plan => plan.Start == ShardStart.NotAtAll)];
    }

    /// <summary>
    /// Plans the shards that a later listing shows for the first time. A descendant of a known shard is read from its oldest record, whatever the starting position was.
    /// One whose parent is not known may be the rest of a first start that is not completed.
    /// </summary>
    /// <param name="snapshot">The stream.</param>
    /// <param name="known">The shards that have a lease.</param>
    /// <param name="onlyNewRecords">Whether the first start was for new records only, so that the leases say when it was.</param>
    public static IReadOnlyList<PlannedShard> Newcomers(StreamSnapshot snapshot, IReadOnlySet<ShardId> known, bool onlyNewRecords)
    {
        return [.. snapshot.Shards.Values.Where(shard => !known.Contains(shard.Id)).Select(Plan).OrderBy(plan => plan.Start == ShardStart.TrimHorizon).ThenBy(Birth)];

        PlannedShard Plan(Shard shard) =>
            new(shard, onlyNewRecords && !(shard.ParentId is { } parent && known.Contains(parent)) ? ShardStart.FirstStart : ShardStart.TrimHorizon);
    }

    /// <summary>Parents come before their children: who sees the row of a child sees its parent's.</summary>
    private static DateTimeOffset Birth(PlannedShard plan) => plan.Shard.Id.CreatedAt ?? DateTimeOffset.MinValue;

    /// <summary>
    /// Tells whether a finished shard need not be remembered any more: it is two days old and two complete listings in a row do not have it, so it cannot be taken for a new one.
    /// A listing that is empty, or that failed, tells nothing.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="latest">The last listing.</param>
    /// <param name="previous">The one before; null when there is none.</param>
    public static bool MayBeForgotten(ShardId shard, StreamSnapshot latest, StreamSnapshot? previous) =>
        shard.CreatedAt is { } created && latest.ServiceTime is { } now && now - created >= Remembrance && Lacks(latest, shard) && previous is not null && Lacks(previous, shard);

    /// <summary>
    /// Tells whether the stream has forgotten a shard; null when the listings do not tell. One that is too young to have been trimmed must be missing from two listings in a row.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="latest">The last listing.</param>
    /// <param name="previous">The one before; null when there is none.</param>
    public static bool? IsGone(ShardId shard, StreamSnapshot latest, StreamSnapshot? previous)
    {
        if (latest.Shards.ContainsKey(shard))
            return false;
        if (!latest.IsCertain)
            return null;
        if (shard.CreatedAt is not { } created || latest.ServiceTime is not { } now || now - created >= Retention)
            return true;
        // A listing that is older than the shard says nothing of it.
        return now > created && previous is { IsCertain: true, ServiceTime: { } before } && before > created && !previous.Shards.ContainsKey(shard) ? true : null;
    }

    private static bool Lacks(StreamSnapshot listing, ShardId shard) => listing is { IsCertain: true, Shards.Count: > 0 } && !listing.Shards.ContainsKey(shard);

    /// <summary>
    /// Tells whether a shard may be read as far as its parent goes: the parent is finished, or it is neither known nor listed any more. A parent that is
    /// too young to have been trimmed must be missing from two listings in a row, both of them younger than it: one page of a listing may be older than the others, and the row of
    /// a child that another worker has found may be younger than both.
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
        if (!latest.IsCertain || latest.Shards.ContainsKey(id))
            return false;
        var mayBeTrimmed = id.CreatedAt is not { } created || latest.ServiceTime is not { } now || now - created >= Retention;
        return mayBeTrimmed || (previous is { IsCertain: true, ServiceTime: { } listed } && listed > id.CreatedAt && !previous.Shards.ContainsKey(id));
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

    /// <summary>At the records that were written since the consumer started for the first time.</summary>
    FirstStart,

    /// <summary>Nowhere: none of it is wanted.</summary>
    NotAtAll,
}
