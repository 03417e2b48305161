namespace StreamWorker.Testing.Running;

/// <summary>The failures that a test has ordered for its handler, oldest first. Safe for use by several threads.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _ordered = [];

    public void Order(int times, Func<StreamRecord, bool>? of, Func<Exception> error, bool afterHandler)
    {
        lock (_lock)
            _ordered.Add(new Fault(times, of, error, afterHandler));
    }

    /// <summary>Takes a failure that fits a record, or null.</summary>
    public Exception? Take(StreamRecord record, bool afterHandler)
    {
        lock (_lock)
        {
            if (_ordered.Find(fault => fault.AfterHandler == afterHandler && (fault.Of is null || fault.Of(record))) is not { } fault)
                return null;
            if (--fault.Left == 0)
                _ordered.Remove(fault);
            return fault.Error();
        }
    }

    private sealed class Fault(int left, Func<StreamRecord, bool>? of, Func<Exception> error, bool afterHandler)
    {
        public int Left { get; set; } = left;

        public Func<StreamRecord, bool>? Of => of;

        public Func<Exception> Error => error;

        public bool AfterHandler => afterHandler;
    }
}
