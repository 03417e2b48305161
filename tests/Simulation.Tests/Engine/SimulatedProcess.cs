namespace StreamWorker.Simulation;

/// <summary>
/// A process: code that was begun in it goes on in it. A process that is paused does nothing until it is resumed, and then everything that was due meanwhile;
/// one that is dead does nothing for ever.
/// </summary>
internal sealed class SimulatedProcess(Scheduler scheduler, string name, int number) : SynchronizationContext
{
    private readonly List<Work> _held = [];

    public string Name => name;

    public int Number => number;

    public bool IsDead { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Gets the moment at which the process last went on after a pause.</summary>
    public long ResumedAt { get; private set; } = long.MinValue;

    public void Kill()
    {
        IsDead = true;
        _held.Clear();
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        ResumedAt = scheduler.Now;
        foreach (var work in _held)
            scheduler.Post(work);
        _held.Clear();
    }

    /// <summary>Runs something in this process.</summary>
    public void Do(Action action) => Post(static state => ((Action)state!)(), action);

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(new Work(this, d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing here waits for another thread.");

    public override SynchronizationContext CreateCopy() => this;

    internal void Hold(Work work) => _held.Add(work);
}

/// <summary>Something that is to be done in a process.</summary>
internal readonly record struct Work(SimulatedProcess Process, SendOrPostCallback Callback, object? State);
