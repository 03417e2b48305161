namespace StreamWorker.Testing.Running;

/// <summary>
/// Runs what is posted to its contexts, one callback at a time, on the thread of whoever asks for it. Two threads never run callbacks at the same time, so code
/// that stays in its context needs no other order than this one.
/// </summary>
/// <param name="seed">Decides which of the callbacks that are ready runs first; null for the order in which they were posted.</param>
internal sealed class WorkPump(int? seed = null)
{
    private readonly Lock _lock = new();
    private readonly List<Work> _ready = [];
    private readonly Random? _order = seed is { } value ? new Random(value) : null;
    private TaskCompletionSource _woken = NewSignal();
    private int _thread;
    private int _foreignPosts;

    /// <summary>Gets whether a callback has a thread at this moment.</summary>
    public bool IsRunning => Volatile.Read(ref _thread) != 0;

    public bool IsOnThisThread => Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId;

    /// <summary>Gets how many callbacks came from threads that were not running the pump: of code that has left its context.</summary>
    public int ForeignPosts => Volatile.Read(ref _foreignPosts);

    public void Add(PumpContext context, SendOrPostCallback callback, object? state)
    {
        if (!IsOnThisThread)
            Interlocked.Increment(ref _foreignPosts);
        lock (_lock)
        {
            _ready.Add(new Work(context, callback, state));
            _woken.TrySetResult();
        }
    }

    /// <summary>Ends a wait for something that is not a callback.</summary>
    public void Wake()
    {
        lock (_lock)
            _woken.TrySetResult();
    }

    /// <summary>Runs what is ready, and what becomes ready by it, until nothing is. What a callback throws comes out of here.</summary>
    /// <exception cref="InvalidOperationException">A callback is running already.</exception>
    public void RunReady(CancellationToken cancellationToken = default)
    {
        Run(() =>
        {
            while (TryTake(out var work))
            {
                cancellationToken.ThrowIfCancellationRequested();
                SynchronizationContext.SetSynchronizationContext(work.Context);
                work.Callback(work.State);
            }
        });
    }

    /// <summary>Runs something between two callbacks, outside of every context.</summary>
    /// <exception cref="InvalidOperationException">A callback is running already.</exception>
    public void Run(Action action)
    {
        if (Interlocked.CompareExchange(ref _thread, Environment.CurrentManagedThreadId, 0) != 0)
            throw new InvalidOperationException("The pump is running already.");
        var outer = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(null);
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            Volatile.Write(ref _thread, 0);
        }
    }

    /// <summary>Waits until something is ready or <see cref="Wake"/> was called. Nothing that came since <see cref="RunReady"/> found nothing is missed.</summary>
    public Task WakingAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return _woken.Task.WaitAsync(cancellationToken);
    }

    private bool TryTake(out Work work)
    {
        lock (_lock)
        {
            _ready.RemoveAll(static left => left.Context.IsClosed);
            work = default;
            if (_ready.Count == 0)
            {
                if (_woken.Task.IsCompleted)
                    _woken = NewSignal();
                return false;
            }

            var index = _order?.Next(_ready.Count) ?? 0;
            work = _ready[index];
            _ready.RemoveAt(index);
            return true;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Work(PumpContext Context, SendOrPostCallback Callback, object? State);
}
