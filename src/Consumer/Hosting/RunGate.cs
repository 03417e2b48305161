namespace StreamWorker.Consumer.Hosting;

/// <summary>What is ordered for the run of one shard: set by the loop that owns the runs, looked at by the run.</summary>
internal sealed class RunGate
{
    private volatile RunOrder _order;
    private volatile TaskCompletionSource _changed = new();
    private long _pause;

    public RunOrder Order => _order;

    /// <summary>Gets the number of the pause for which the run is to stand; 0 for none.</summary>
    public long Pause => Volatile.Read(ref _pause);

    /// <summary>Gets or sets whether the run stands, so that nothing is expected of it.</summary>
    public bool IsStanding { get; set; }

    /// <summary>Gives an order.</summary>
    /// <returns>True when the run was at work and is to be told.</returns>
    public bool Set(RunOrder order, long pause)
    {
        if (order == _order && pause == Pause)
            return false;
        var wasWorking = _order == RunOrder.Work;
        Volatile.Write(ref _pause, pause);
        _order = order;
        Wake();
        return wasWorking && order != RunOrder.Work;
    }

    /// <summary>Has the run look at what it was told.</summary>
    public void Wake() => Interlocked.Exchange(ref _changed, new TaskCompletionSource()).TrySetResult();

    /// <summary>Gives a task that ends with the next order. To be taken before the orders are looked at.</summary>
    public Task WhenWokenAsync() => _changed.Task;
}
