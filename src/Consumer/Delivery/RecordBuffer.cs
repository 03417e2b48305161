namespace StreamWorker.Consumer.Delivery;

/// <summary>Holds the pages of a shard whose records are not finished. A page is disposed of when its last record is. Owned by the delivery loop.</summary>
internal sealed class RecordBuffer : IDisposable
{
    private readonly Queue<RecordPage> _pages = new();
    private int _finishedInFirst;

    public int Count { get; private set; }

    public void Add(RecordPage page)
    {
        if (page.Records.Count == 0)
        {
            page.Dispose();
            return;
        }

        _pages.Enqueue(page);
        Count += page.Records.Count;
    }

    /// <summary>Gives the next records, in stream order, and keeps them. Nobody who is given the list can change it, and so what is finished.</summary>
    public IReadOnlyList<StreamRecord> Peek(int maximum)
    {
        var batch = new List<StreamRecord>(Math.Min(maximum, Count));
        var skip = _finishedInFirst;
        foreach (var page in _pages)
        {
            for (var i = skip; i < page.Records.Count && batch.Count < maximum; i++)
                batch.Add(page.Records[i]);
            if (batch.Count == maximum)
                break;
            skip = 0;
        }

        return batch.AsReadOnly();
    }

    /// <summary>Lets go of the next records: nobody reads them any more.</summary>
    public void Finish(int count)
    {
        Count -= count;
        _finishedInFirst += count;
        while (_pages.TryPeek(out var first) && _finishedInFirst >= first.Records.Count)
        {
            _finishedInFirst -= first.Records.Count;
            _pages.Dequeue().Dispose();
        }
    }

    public void Dispose()
    {
        while (_pages.TryDequeue(out var page))
            page.Dispose();
        Count = 0;
        _finishedInFirst = 0;
    }
}
