using System.Runtime.CompilerServices;

namespace StreamWorker.Consumer.Tests;

/// <summary>
/// Runs loops on one thread in fake time: what is posted runs in turn, in an order that a seed decides, and only when nothing is left to do does time go on,
/// to the next armed timer. Nothing is waited for in real time. A continuation that arrives from another thread fails the run: code has escaped the context.
/// </summary>
internal sealed class World : SynchronizationContext
{
    private const int MostSteps = 5_000_000;

    private readonly Lock _lock = new();
    private readonly List<(SendOrPostCallback Callback, object? State)> _posted = [];
    private readonly List<(Func<bool> Condition, long Deadline, TaskCompletionSource Reached, string What)> _waiting = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Random? _order;
    private string? _escape;

    private World(int? seed)
    {
        _order = seed is { } value ? new Random(value) : null;
        Entropy = new Entropy(new Random(seed ?? 1), () => $"id-{++_ids:D4}");
    }

    private int _ids;

    public ArmedClock Clock { get; } = new();

    public Entropy Entropy { get; }

    /// <summary>Runs a test to its end. Without a seed things happen in the order in which they were posted.</summary>
    public static void Run(Func<World, Task> test, int? seed = null)
    {
        var before = Current;
        var world = new World(seed);
        SetSynchronizationContext(world);
        try
        {
            world.Pump(test(world));
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Waits until a condition holds while nothing is in motion, for a bounded span of fake time.</summary>
    public Task UntilAsync(Func<bool> condition, double withinSeconds = 60, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var reached = new TaskCompletionSource();
        _waiting.Add((condition, Clock.GetTimestamp() + TimeSpan.FromSeconds(withinSeconds).Ticks, reached, what));
        return reached.Task;
    }

    /// <summary>Lets fake time pass.</summary>
    public Task PassAsync(double seconds) => Waiting.ForTimeAsync(TimeSpan.FromSeconds(seconds), Clock, CancellationToken.None);

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            if (Environment.CurrentManagedThreadId != _thread)
                _escape ??= Environment.StackTrace;
            _posted.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    private void Pump(Task test)
    {
        for (var step = 0; !test.IsCompleted; step++)
        {
            if (step > MostSteps)
                throw new InvalidOperationException($"The run does not come to rest. It waits for: {Open()}");
            if (TryTake(out var next))
                next.Callback(next.State);
            else if (!TellWaiting() && IsQuiet())
                PassTime();
            if (_escape is not null)
                throw new InvalidOperationException($"Code has escaped to another thread: {_escape}");
        }

#pragma warning disable VSTHRD002 // it has completed
        test.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_lock)
        {
            next = default;
            if (_posted.Count == 0)
                return false;
            var index = _order?.Next(_posted.Count) ?? 0;
            next = _posted[index];
            _posted.RemoveAt(index);
            return true;
        }
    }

    private bool IsQuiet()
    {
        lock (_lock)
            return _posted.Count == 0;
    }

    private bool TellWaiting()
    {
        var told = false;
        foreach (var waiting in _waiting.ToList())
        {
            var holds = waiting.Condition();
            if (!holds && Clock.GetTimestamp() < waiting.Deadline)
                continue;
            _waiting.Remove(waiting);
            told = true;
            if (holds)
                waiting.Reached.SetResult();
            else
                waiting.Reached.SetException(new TimeoutException($"In time it never was so: {waiting.What}"));
        }

        return told;
    }

    private void PassTime()
    {
        var deadline = _waiting.Count == 0 ? null : (TimeSpan?)TimeSpan.FromTicks(Math.Max(0, _waiting.Min(waiting => waiting.Deadline) - Clock.GetTimestamp()));
        var next = (Clock.UntilNext, deadline) switch
        {
            ({ } timer, { } bound) => timer < bound ? timer : bound,
            ({ } timer, null) => timer,
            (null, { } bound) => bound,
            _ => throw new InvalidOperationException("Everything waits and no timer is armed: the run is stuck."),
        };
        Clock.Advance(next);
    }

    private string Open() => string.Join("; ", _waiting.Select(waiting => waiting.What));
}
