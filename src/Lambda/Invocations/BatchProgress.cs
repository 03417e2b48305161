namespace StreamWorker.Lambda.Invocations;

/// <summary>Knows how many records from the start of a batch are handled, whatever order they are reported in and whichever threads report them.</summary>
internal sealed class BatchProgress(IReadOnlyList<StreamRecord> records) : IProgress<StreamRecord>
{
    private readonly Lock _lock = new();
    private readonly HashSet<StreamRecord> _ahead = [];
    private int _handled;

    /// <summary>Gets how many records from the start on are handled without a gap.</summary>
    public int Handled
    {
        get
        {
            lock (_lock)
                return _handled;
        }
    }

    public void Report(StreamRecord value)
    {
        lock (_lock)
        {
            _ahead.Add(value);
            while (_handled < records.Count && _ahead.Remove(records[_handled]))
                _handled++;
        }
    }
}
