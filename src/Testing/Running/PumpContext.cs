namespace StreamWorker.Testing.Running;

/// <summary>What a worker's loops are resumed through: everything goes to the pump. Closed, it swallows what is left, as the end of a process does.</summary>
internal sealed class PumpContext(WorkPump pump) : SynchronizationContext
{
    private volatile bool _isClosed;

    public bool IsClosed => _isClosed;

    public void Close() => _isClosed = true;

    public override void Post(SendOrPostCallback d, object? state) => pump.Add(this, d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!pump.IsOnThisThread)
            throw new NotSupportedException("Another thread cannot wait for a worker of the harness.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
