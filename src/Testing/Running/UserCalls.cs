namespace StreamWorker.Testing.Running;

/// <summary>
/// The calls of the author's code that are under way. While one of them waits for anything but the harness's clock, real things are going on, and the harness's time
/// stands still.
/// </summary>
internal sealed class UserCalls(VirtualClock clock)
{
    private static readonly AsyncLocal<UserCall?> s_current = new();

    private readonly Lock _lock = new();
    private readonly List<UserCall> _open = [];

    /// <summary>Gets the call that the running code belongs to, whatever thread it runs on; null outside of one.</summary>
    public static UserCall? Current => s_current.Value;

    /// <summary>Gets whether a call is under way that does not wait for the clock. A time-out is not waited for: it guards something else.</summary>
    public bool HoldTime
    {
        get
        {
            lock (_lock)
                return _open.Exists(call => !clock.HasArmed(timer => timer.Call == call && !timer.IsTimeout));
        }
    }

    public async ValueTask<T> RunAsync<T>(HarnessWorker worker, Func<ValueTask<T>> work)
    {
        var call = new UserCall(worker);
        lock (_lock)
            _open.Add(call);
        // Ends with this method: whoever called it does not see it.
        s_current.Value = call;
        try
        {
            return await work();
        }
        finally
        {
            lock (_lock)
                _open.Remove(call);
        }
    }

    /// <summary>Forgets the calls of a worker that is gone.</summary>
    public void Forget(HarnessWorker worker)
    {
        lock (_lock)
            _open.RemoveAll(call => call.Worker == worker);
    }
}
