namespace StreamWorker.Simulation;

/// <summary>
/// Owns order and time. What is ready runs one after the other on one thread, in an order that the seed decides; when nothing is ready time goes on to whatever is due next.
/// Code that shows up on another thread has escaped, and fails the run.
/// </summary>
internal sealed class Scheduler(Dice dice, History history)
{
    private readonly List<Work> _ready = [];
    private readonly PriorityQueue<Work, (long At, long Number)> _timed = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;
    private int _processes;
    private string? _escape;

    /// <summary>Gets the true time, in ticks since the run began.</summary>
    public long Now { get; private set; }

    /// <summary>Gets or sets the most true time that one step takes, in ticks.</summary>
    /// <value>The default is 0: only waiting takes time.</value>
    public int LongestStep { get; set; }

    public long Steps { get; private set; }

    public bool IsQuiet => _ready.Count == 0;

    public History History => history;

    public SimulatedProcess NewProcess(string name) => new(this, name, _processes++);

    public void Post(Work work)
    {
        if (IsOnItsThread())
            _ready.Add(work);
    }

    public void At(long at, Work work)
    {
        if (IsOnItsThread())
            _timed.Enqueue(work, (Math.Max(at, Now), _number++));
    }

    /// <summary>Tells whether the caller is where it belongs. If not, the run is over.</summary>
    public bool IsOnItsThread()
    {
        if (Environment.CurrentManagedThreadId == _thread)
            return true;
        Interlocked.CompareExchange(ref _escape, Environment.StackTrace, null);
        return false;
    }

    /// <summary>Runs one thing that is ready.</summary>
    public void Step()
    {
        var index = dice.Below(_ready.Count);
        var work = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        var process = work.Process;
        if (process.IsDead)
            return;
        if (process.IsPaused)
        {
            process.Hold(work);
            return;
        }

        Steps++;
        if (LongestStep > 0)
            Advance(Now + dice.Below(LongestStep + 1));
        history.Mix(Now);
        history.Mix(process.Number);
        SynchronizationContext.SetSynchronizationContext(process);
        work.Callback(work.State);
        if (Volatile.Read(ref _escape) is { } escape)
            throw new InvalidOperationException($"Code has escaped to another thread: {escape}");
    }

    /// <summary>Lets time pass until something is due. False when nothing ever will be.</summary>
    public bool PassTime()
    {
        if (!_timed.TryPeek(out _, out var due))
            return false;
        Advance(due.At);
        return true;
    }

    private void Advance(long to)
    {
        Now = Math.Max(Now, to);
        while (_timed.TryPeek(out var work, out var due) && due.At <= Now)
        {
            _timed.Dequeue();
            if (!work.Process.IsDead)
                _ready.Add(work);
        }
    }
}
