namespace StreamWorker;

/// <summary>What is known about one call of a tumbling window, its state as an object.</summary>
/// <typeparam name="TState">What the state is read as.</typeparam>
public sealed class WindowContext<TState>
{
    private readonly BatchWindow _window;
    private readonly List<BatchItemFailure> _failures = [];

    internal WindowContext(BatchContext batch, BatchWindow window, TState state)
    {
        Batch = batch;
        _window = window;
        State = state;
    }

    /// <summary>Gets what is known about the delivery: consumer, shard, attempt, and why work must stop.</summary>
    public BatchContext Batch { get; }

    /// <inheritdoc cref="BatchWindow.Start"/>
    public DateTimeOffset Start => _window.Start;

    /// <inheritdoc cref="BatchWindow.End"/>
    public DateTimeOffset End => _window.End;

    /// <summary>Gets the state that the call before this one gave back; in a window's first call what <c>{}</c> is read as.</summary>
    /// <value>An object of this call's own. What counts is what the handler gives back.</value>
    public TState State { get; }

    /// <inheritdoc cref="BatchWindow.IsFinalInvokeForWindow"/>
    public bool IsFinalInvokeForWindow => _window.IsFinalInvokeForWindow;

    /// <inheritdoc cref="BatchWindow.IsWindowTerminatedEarly"/>
    public bool IsWindowTerminatedEarly => _window.IsWindowTerminatedEarly;

    internal IReadOnlyCollection<BatchItemFailure> Failures => _failures;

    /// <summary>Says that a record was not handled: everything from the first such record on is delivered again, with the state that this call gives back. It must not count what comes again.</summary>
    /// <param name="record">The record.</param>
    /// <param name="error">Why, or null.</param>
    public void AddFailure(StreamRecord record, Exception? error = null) => _failures.Add(BatchItemFailure.Of(record, error));
}
