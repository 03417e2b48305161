namespace StreamWorker.Simulation;

/// <summary>How far listings of shards are from the truth. Each page shows the shards as they were at some moment of the last while, so pages may contradict each other.</summary>
internal sealed class ListingFaults(Dice dice, TimeProvider time)
{
    /// <summary>Gets or sets how old a page may be.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>Gets or sets how long a new shard is on no page at all, although its parent is closed.</summary>
    public TimeSpan Hides { get; set; }

    /// <summary>Gets or sets how likely a page is empty for no reason.</summary>
    public double EmptyPages { get; set; }

    /// <summary>Gets or sets how likely the service says that it does not know the stream, for no reason.</summary>
    public double Unknown { get; set; }

    public void Clear()
    {
        Lag = Hides = TimeSpan.Zero;
        EmptyPages = Unknown = 0;
    }

    public StreamDescription Apply(StreamDescription answer)
    {
        if (dice.Chance(Unknown))
            throw StreamFaults.NotFound();
        if (dice.Chance(EmptyPages))
            return answer with { Shards = [], LastEvaluated = null };
        if (Hides > TimeSpan.Zero)
            answer = answer with { Shards = [.. answer.Shards.Where(shard => !(shard.Id.CreatedAt > time.GetUtcNow() - Hides && shard.ParentId is not null))] };
        if (Lag <= TimeSpan.Zero)
            return answer;

        // A shard that is younger than the page is not on it, and the parent of one that is not there is still open.
        var shownAt = time.GetUtcNow() - (Lag * dice.Fraction());
        var youngParents = answer.Shards.Where(shard => shard.Id.CreatedAt > shownAt).Select(shard => shard.ParentId).ToHashSet();
        return answer with
        {
            Shards = [.. answer.Shards
                .Where(shard => !(shard.Id.CreatedAt > shownAt))
                .Select(shard => youngParents.Contains(shard.Id) ? shard with { EndingSequenceNumber = null } : shard)],
        };
    }
}
