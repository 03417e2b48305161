using System.Collections.Concurrent;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Runs one loop on a thread that does nothing else, with timers on another one. Handlers that block every thread of the pool hold up neither: what the loop awaits goes on
/// here, as long as what it calls completes without the pool, too.
/// </summary>
internal sealed class OwnThread : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _queue = [];
    private readonly OwnTimers _timers;
    private readonly Thread _thread;
    private int _isOver;

    public OwnThread(string name)
    {
        _timers = new OwnTimers($"{name} timers");
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Gets the system's clock, with timers that need no thread of the pool.</summary>
    public TimeProvider Time => _timers;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs a loop to its end.</summary>
    public Task RunAsync(Func<Task> loop) => Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Ends the threads, when the loop has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        _queue.CompleteAdding();
        _timers.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        try
        {
            _queue.Add(task);
        }
        catch (InvalidOperationException)
        {
            // What goes on after the end of the threads goes on nowhere.
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _queue;

    private void Work()
    {
        foreach (var task in _queue.GetConsumingEnumerable())
            TryExecuteTask(task);
        _queue.Dispose();
    }
}
