using StreamWorker.Consumer.Shards;
using StreamWorker.Testing.Running;

namespace StreamWorker.Testing;

/// <content>The table's stream: what an administrator, time and the service do to it.</content>
public sealed partial class InMemoryTable
{
    /// <summary>Gets whether the table has a stream that takes changes.</summary>
    public bool IsStreamEnabled
    {
        get
        {
            lock (_registry.Gate)
                return _stream is not null;
        }
    }

    /// <summary>Gets the stream that takes the table's changes.</summary>
    /// <exception cref="InvalidOperationException">The stream is not enabled.</exception>
    public StreamArn StreamArn
    {
        get
        {
            lock (_registry.Gate)
                return Current().Arn;
        }
    }

    /// <summary>Gets the shards of the enabled stream, oldest first, whether they are listed or hidden.</summary>
    /// <exception cref="InvalidOperationException">The stream is not enabled.</exception>
    public IReadOnlyList<Shard> Shards
    {
        get
        {
            lock (_registry.Gate)
                return [.. Current().Shards.Select(shard => shard.Describe())];
        }
    }

    /// <summary>Tells which shard takes the next record of an item.</summary>
    /// <param name="typedJson">The item, or its keys, as typed JSON.</param>
    /// <returns>The shard.</returns>
    /// <exception cref="InvalidOperationException">The stream is not enabled.</exception>
    public ShardId ShardOf(string typedJson)
    {
        var item = TypedJson.ParseItem(typedJson);
        lock (_registry.Gate)
            return Current().OpenShardOf(PartitionOf(KeysOf(item))).Id;
    }

    /// <summary>Closes the only open shard and opens a child that goes on with its items.</summary>
    /// <returns>The child.</returns>
    /// <exception cref="InvalidOperationException">There is not exactly one open shard.</exception>
    public ShardId RollShard()
    {
        lock (_registry.Gate)
        {
            var open = Current().OpenShards.ToList();
            return open.Count == 1 ? RollShard(open[0].Id) : throw new InvalidOperationException($"{open.Count} shards are open: say which one is to roll.");
        }
    }

    /// <summary>Closes a shard and opens a child that goes on with its items.</summary>
    /// <param name="shard">The shard, an open one.</param>
    /// <returns>The child.</returns>
    /// <exception cref="InvalidOperationException">There is no such open shard.</exception>
    public ShardId RollShard(ShardId shard)
    {
        lock (_registry.Gate)
            return Current().Divide(shard, inTwo: false)[0];
    }

    /// <summary>Closes a shard and opens two children; each goes on with about half of its items.</summary>
    /// <param name="shard">The shard, an open one.</param>
    /// <returns>The two children.</returns>
    /// <exception cref="InvalidOperationException">There is no such open shard.</exception>
    public IReadOnlyList<ShardId> SplitShard(ShardId shard)
    {
        lock (_registry.Gate)
            return Current().Divide(shard, inTwo: true);
    }

    /// <summary>Lets readers cross empty pages before they find what is written to a shard from now on.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="count">How many pages.</param>
    /// <exception cref="InvalidOperationException">There is no such shard.</exception>
    public void AddEmptyPages(ShardId shard, int count)
    {
        lock (_registry.Gate)
            Find(shard).AppendEmptyPages(count, _registry.Now);
    }

    /// <summary>Leaves a shard out of listings, or lists it again. It can be read all the same: listings of the service are not always complete.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="isHidden">Whether it is left out.</param>
    /// <exception cref="InvalidOperationException">There is no such shard.</exception>
    public void HideShard(ShardId shard, bool isHidden = true)
    {
        lock (_registry.Gate)
            Find(shard).IsHidden = isHidden;
    }

    /// <summary>Lets time pass for all streams of the table: drops the records that are older, and then the closed shards and disabled streams that hold nothing more.</summary>
    /// <param name="retention">How old a record may be; 24 hours with AWS.</param>
    public void Trim(TimeSpan retention)
    {
        lock (_registry.Gate)
        {
            foreach (var stream in Streams())
                stream.TrimBefore(_registry.Now - retention);
            _registry.Streams.RemoveAll(stream => stream.Arn.TableName == Name && stream.IsGone);
        }
    }

    /// <summary>Drops the oldest records of a shard. A position before the last of them is then refused as trimmed.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="through">The last record to go.</param>
    /// <exception cref="InvalidOperationException">There is no such shard.</exception>
    public void Trim(ShardId shard, SequenceNumber through)
    {
        lock (_registry.Gate)
            Find(shard).Trim(entry => entry.Number <= through);
    }

    /// <summary>Drops a closed shard with all its records: it leaves the listing, its children go on naming it as their parent.</summary>
    /// <param name="shard">The shard.</param>
    /// <exception cref="InvalidOperationException">There is no such closed shard.</exception>
    public void TrimShard(ShardId shard)
    {
        lock (_registry.Gate)
        {
            var stream = Streams().FirstOrDefault(log => log.Find(shard) is not null) ?? throw NoShard(shard);
            stream.Remove(shard);
        }
    }

    /// <summary>Disables the stream: its open shards are closed, and what it holds can still be read.</summary>
    /// <exception cref="InvalidOperationException">The stream is not enabled.</exception>
    public void DisableStream()
    {
        lock (_registry.Gate)
        {
            Current().Disable();
            _stream = null;
        }
    }

    /// <summary>Enables a stream. It is a new one, with another ARN and shards without parents.</summary>
    /// <param name="view">Which images its records carry; null for those that the table was made with.</param>
    /// <returns>The new stream.</returns>
    /// <exception cref="InvalidOperationException">The stream is enabled already.</exception>
    public StreamArn EnableStream(StreamView? view = null)
    {
        lock (_registry.Gate)
        {
            if (_stream is not null)
                throw new InvalidOperationException($"The stream of table '{Name}' is enabled already.");
            _stream = new StreamLog(_registry, _registry.NextArn(Name), view ?? _options.View, _options.Shards);
            _registry.Streams.Add(_stream);
            _latest = _stream.Arn;
            return _stream.Arn;
        }
    }

    /// <summary>Drops a disabled stream with all that it holds, as the service does a day after it was disabled.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="InvalidOperationException">The stream is not a disabled one of this table.</exception>
    public void RemoveStream(StreamArn stream)
    {
        lock (_registry.Gate)
        {
            if (_registry.Streams.RemoveAll(log => log.Arn == stream && log.Arn.TableName == Name && log.Status == StreamStatus.Disabled) == 0)
                throw new InvalidOperationException($"{stream} is not a disabled stream of table '{Name}'.");
        }
    }

    /// <summary>Gets what the shards of all streams hold, those of older streams and parents first.</summary>
    internal IReadOnlyList<ShardBacklog> Backlog
    {
        get
        {
            lock (_registry.Gate)
            {
                return
                [
                    .. Streams().SelectMany(stream => stream.Shards.Select(shard => (stream.Arn, Log: shard)))
                        .Select(shard => new ShardBacklog(shard.Arn, shard.Log.Id, shard.Log.Parent, shard.Log.Last, shard.Log.Ending is not null, shard.Log.IsReadToEnd, shard.Log.OpenPages)),
                ];
            }
        }
    }

    /// <summary>Forgets who reads, and how far: their process is gone.</summary>
    internal void ForgetReaders()
    {
        lock (_registry.Gate)
        {
            foreach (var shard in Streams().SelectMany(stream => stream.Shards))
                shard.ForgetReaders();
        }
    }

    private IEnumerable<StreamLog> Streams() => _registry.Streams.Where(log => log.Arn.TableName == Name);

    private StreamLog Current() => _stream ?? throw NoStream();

    private ShardLog Find(ShardId shard) =>
        Streams().Select(log => log.Find(shard)).FirstOrDefault(log => log is not null) ?? throw NoShard(shard);

    private InvalidOperationException NoShard(ShardId shard) => new($"Table '{Name}' has no shard {shard}.");
}
