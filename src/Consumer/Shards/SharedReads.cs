using System.Diagnostics.Metrics;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Shards;

/// <summary>
/// Lets the readers of a shard in this process use each other's answers of the service. Whatever a reader is given is an answer that it might have got itself, so each one sees every
/// record once and in order, from its own position; those that are at the same place make one call between them. A page is kept for readers that are behind it, within bounds:
/// who falls behind those reads by itself until it has caught up, and holds nobody up.
/// </summary>
/// <remarks>One lock guards the state of all shards. Nothing is awaited and no code of others is run under it.</remarks>
internal sealed class SharedReads(long maximumBytes, TimeProvider time)
{
    /// <summary>How many pages are kept for the readers of a shard that are behind.</summary>
    public const int PagesPerShard = 16;

    // The service takes two readers of a shard at a time.
    private const int ReadsPerShard = 2;

    // Consumers that begin within this time begin at one place.
    private static readonly TimeSpan s_together = TimeSpan.FromSeconds(10);

    private static readonly Counter<long> s_taken = Telemetry.Meter.CreateCounter<long>(
        "streamworker.read.shared", "{page}", "Pages that a consumer took from the read of another one, instead of reading the shard itself.");

    private readonly Lock _lock = new();
    private readonly Dictionary<(StreamArn Stream, ShardId Shard), SharedShard> _shards = [];

    // Oldest first.
    private readonly LinkedList<KeptPage> _kept = new();
    private readonly Dictionary<(StreamArn Stream, ShardId Shard), string> _latest = [];
    private readonly Queue<((StreamArn Stream, ShardId Shard) Key, long At)> _latestByAge = new();
    private long _bytes;

    /// <summary>Gets the bytes of the pages that are kept for readers which are behind. They are part of what <see cref="ReadBudget"/> counts.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>
    /// Lets consumers that begin with the new records of a shard at about the same time begin at one place, which they would not know for one otherwise before the first record comes.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="iterator">An iterator behind the newest record, just taken.</param>
    /// <returns>The iterator, or one that was taken up to 10 s earlier: nothing that is written from now on is before it.</returns>
    public string Agree(StreamArn stream, ShardId shard, string iterator)
    {
        lock (_lock)
        {
            while (_latestByAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > s_together)
                _latest.Remove(_latestByAge.Dequeue().Key);
            if (_latest.TryGetValue((stream, shard), out var earlier))
                return earlier;
            _latest.Add((stream, shard), iterator);
            _latestByAge.Enqueue(((stream, shard), time.GetTimestamp()));
            return iterator;
        }
    }

    /// <summary>Begins to read a shard. What this gives is disposed of when reading ends.</summary>
    public SharedReader Join(StreamArn stream, ShardId shard, ReadPlace place)
    {
        lock (_lock)
        {
            if (!_shards.TryGetValue((stream, shard), out var shared))
                _shards.Add((stream, shard), shared = new SharedShard(stream, shard));
            var reader = new SharedReader(this, shared, place);
            shared.Readers.Add(reader);
            return reader;
        }
    }

    public void Leave(SharedReader reader)
    {
        List<RecordPage>? dropped = null;
        lock (_lock)
        {
            var shard = reader.Shard;
            if (!shard.Readers.Remove(reader))
                return;
            if (shard.Readers.Count == 0)
                _shards.Remove((shard.Stream, shard.Id));
            DropPassed(shard, ref dropped);
        }

        GiveBack(dropped);
    }

    public void Restart(SharedReader reader, ReadPlace place)
    {
        lock (_lock)
        {
            reader.Place = place;
            reader.Seen = reader.Shard.Number;
        }
    }

    public SharedAnswer? TryTake(SharedReader reader)
    {
        List<RecordPage>? dropped = null;
        SharedAnswer answer;
        lock (_lock)
        {
            if (reader.Shard.Find(reader.Place, reader.Seen) is not { } page)
                return null;
            answer = Lend(page, reader);
            DropPassed(reader.Shard, ref dropped);
        }

        GiveBack(dropped);
        return answer;
    }

    public SharedWaiter? TryWait(SharedReader reader)
    {
        lock (_lock)
        {
            if (reader.Shard.FindReading(reader.Place, ReadsPerShard) is not { } other)
                return null;
            var waiter = new SharedWaiter(reader);
            other.Waiters.Add(waiter);
            return waiter;
        }
    }

    public bool TryBegin(SharedReader reader)
    {
        lock (_lock)
        {
            if (reader.Shard.Find(reader.Place, reader.Seen) is not null || reader.Shard.FindReading(reader.Place, ReadsPerShard) is not null)
                return false;
            reader.IsReading = true;
            return true;
        }
    }

    public SharedAnswer End(SharedReader reader, RecordPage page)
    {
        List<RecordPage>? dropped = null;
        var answer = new SharedAnswer(page, time.GetTimestamp());
        lock (_lock)
        {
            reader.IsReading = false;
            var shard = reader.Shard;
            var shared = new SharedPage(page, reader.Place, ++shard.Number, answer.ReadAt);
            Tell(reader, shared, null);
            Move(reader, shared);
            if (shard.IsAwaited(shared))
            {
                // From here on the page belongs to those that are kept.
                answer = answer with { Page = page.Share() };
                Keep(shard, shared, ref dropped);
            }

            DropPassed(shard, ref dropped);
        }

        GiveBack(dropped);
        return answer;
    }

    public void Fail(SharedReader reader, Exception? error)
    {
        lock (_lock)
        {
            reader.IsReading = false;
            Tell(reader, null, error is StreamServiceException { Kind: var kind } && ConcernsAll(kind) ? error : null);
        }
    }

    public void BeginBackOff(SharedReader reader, StreamErrorKind cause)
    {
        lock (_lock)
            reader.IsBackingOff = ConcernsAll(cause);
    }

    public void EndBackOff(SharedReader reader)
    {
        lock (_lock)
        {
            reader.IsBackingOff = false;
            Tell(reader, null, null);
        }
    }

    /// <summary>Gets what is told when there is something new for a reader; null when nobody else reads the shard.</summary>
    public TaskCompletionSource? TryWatch(SharedReader reader)
    {
        lock (_lock)
        {
            if (reader.Shard.Readers.Count == 1)
                return null;
            var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (reader.Shard.Find(reader.Place, reader.Seen) is { HasNews: true })
                arrival.SetResult();
            else
                reader.Arrival = arrival;
            return arrival;
        }
    }

    /// <summary>Gives back all that is kept: the room is needed for reading.</summary>
    public void GiveUpKept()
    {
        List<RecordPage>? dropped = null;
        lock (_lock)
        {
            while (_kept.First is { } oldest)
                Drop(oldest, ref dropped);
        }

        GiveBack(dropped);
    }

    /// <summary>Tells whether a refusal is about the service or the way to it, and not about the iterator of the one who was refused.</summary>
    private static bool ConcernsAll(StreamErrorKind kind) => kind is StreamErrorKind.Throttled or StreamErrorKind.ServiceFault or StreamErrorKind.Unreachable or StreamErrorKind.AccessDenied;

    private static SharedAnswer Lend(SharedPage page, SharedReader reader)
    {
        s_taken.Add(1);
        var answer = new SharedAnswer(page.LendTo(reader.Place), page.ReadAt);
        Move(reader, page);
        return answer;
    }

    private static void Move(SharedReader reader, SharedPage page)
    {
        reader.Place = page.Behind;
        reader.Seen = Math.Max(reader.Seen, page.Number);
    }

    private static void Give(SharedPage page, SharedWaiter waiter)
    {
        var answer = Lend(page, waiter.Reader);
        if (!waiter.Answer.TrySetResult(answer))
            answer.Page.Dispose();
    }

    /// <summary>Tells those that waited for a reader's answer, and those that pause, what has come of it.</summary>
    private static void Tell(SharedReader reader, SharedPage? page, Exception? error)
    {
        foreach (var waiter in reader.Waiters)
        {
            var isThere = waiter.Reader.Place == reader.Place;
            if (isThere && error is not null)
                waiter.Answer.TrySetException(error);
            else if (!isThere || page is null)
                waiter.Answer.TrySetResult(null);
            else if (!waiter.Answer.Task.IsCompleted)
                Give(page, waiter);
        }

        reader.Waiters.Clear();
        if (page is not { HasNews: true })
            return;
        foreach (var other in reader.Shard.Readers)
        {
            if (other.Arrival is { } arrival && page.Serves(other.Place, other.Seen))
            {
                other.Arrival = null;
                arrival.TrySetResult();
            }
        }
    }

    private void Keep(SharedShard shard, SharedPage page, ref List<RecordPage>? dropped)
    {
        // Of several answers that nothing is new, the newest says it all.
        if (!page.HasNews && shard.Pages.Find(node => !node.Value.Page.HasNews && node.Value.Page.Behind == page.Behind) is { } older)
            Drop(older, ref dropped);
        shard.Pages.Add(_kept.AddLast(new KeptPage(shard, page)));
        Volatile.Write(ref _bytes, _bytes + page.Bytes);
        if (shard.Pages.Count > PagesPerShard)
            Drop(shard.Pages[0], ref dropped);
        while (_bytes > maximumBytes)
            Drop(_kept.First!, ref dropped);
    }

    /// <summary>Drops what no reader will come to any more.</summary>
    private void DropPassed(SharedShard shard, ref List<RecordPage>? dropped)
    {
        for (var i = shard.Pages.Count - 1; i >= 0; i--)
        {
            var node = shard.Pages[i];
            if (!shard.IsAwaited(node.Value.Page))
                Drop(node, ref dropped);
        }
    }

    private void Drop(LinkedListNode<KeptPage> node, ref List<RecordPage>? dropped)
    {
        var (shard, page) = node.Value;
        shard.Pages.Remove(node);
        _kept.Remove(node);
        Volatile.Write(ref _bytes, _bytes - page.Bytes);
        (dropped ??= []).Add(page.Page);
    }

    private static void GiveBack(List<RecordPage>? pages) => pages?.ForEach(page => page.Dispose());
}
