namespace StreamWorker.Consumer.Shards;

/// <summary>What the readers of one shard share. All of it is guarded by the lock of <see cref="SharedReads"/>.</summary>
internal sealed class SharedShard(StreamArn stream, ShardId id)
{
    public StreamArn Stream => stream;

    public ShardId Id => id;

    public List<SharedReader> Readers { get; } = [];

    /// <summary>Gets the pages that are kept for a reader which is still to come to them, oldest first.</summary>
    public List<LinkedListNode<KeptPage>> Pages { get; } = [];

    /// <summary>Gets or sets the number of the newest answer.</summary>
    public long Number { get; set; }

    /// <summary>Finds the page that takes a reader furthest; null when none serves it.</summary>
    public SharedPage? Find(ReadPlace at, long seen)
    {
        SharedPage? found = null;
        foreach (var node in Pages)
        {
            var page = node.Value.Page;
            if (page.Serves(at, seen) && !(found is { HasNews: true } && !page.HasNews))
                found = page;
        }

        return found;
    }

    /// <summary>Tells whether a reader may come to a page yet.</summary>
    public bool IsAwaited(SharedPage page)
    {
        foreach (var reader in Readers)
        {
            if (page.IsAhead(reader.Place, reader.Seen))
                return true;
        }

        return false;
    }

    /// <summary>Finds whom another reader should wait for: one that reads, or was refused, at the same place, or one of as many as the service takes at a time. Null for none.</summary>
    public SharedReader? FindReading(ReadPlace at, int most)
    {
        SharedReader? any = null;
        var count = 0;
        foreach (var reader in Readers)
        {
            if ((reader.IsReading || reader.IsBackingOff) && reader.Place == at)
                return reader;
            if (!reader.IsReading)
                continue;
            any ??= reader;
            count++;
        }

        return count >= most ? any : null;
    }
}

/// <summary>A page that is kept, and for the readers of which shard.</summary>
internal sealed record KeptPage(SharedShard Shard, SharedPage Page);
