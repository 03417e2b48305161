namespace StreamWorker.Consumer.Tests;

/// <summary>A handler that does what a test says, and remembers each batch that it was given.</summary>
internal sealed class ScriptedProcessor : IBatchProcessor
{
    private readonly Lock _lock = new();
    private readonly List<Call> _calls = [];
    private int _atOnce;

    /// <summary>Gets how many batches were here at the same time, at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Gets or sets what becomes of a batch.</summary>
    public Func<Call, CancellationToken, ValueTask<BatchResult>> OnBatch { get; set; } = static (_, _) => new(BatchResult.Succeeded);

    /// <summary>Gets or sets what is done with the list of records itself, before anything becomes of them.</summary>
    public Action<IReadOnlyList<StreamRecord>> OnRecords { get; set; } = static _ => { };

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        var call = new Call([.. records.Select(record => record.Detach())], context);
        lock (_lock)
            _calls.Add(call);
        OnRecords(records);
        MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        try
        {
            return await OnBatch(call, cancellationToken);
        }
        finally
        {
            _atOnce--;
        }
    }

    internal sealed record Call(IReadOnlyList<StreamRecord> Records, BatchContext Context)
    {
        public IReadOnlyList<long> Numbers => Pages.NumbersOf(Records);

        public int Attempt => Context.Attempt;

        public BatchResult FailAt(long number) =>
            BatchResult.PartlyFailed([BatchItemFailure.Of(Records.First(record => Pages.NumberOf(record.SequenceNumber) == number), new InvalidOperationException("poison"))]);
    }
}
