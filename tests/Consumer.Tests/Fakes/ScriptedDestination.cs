namespace StreamWorker.Consumer.Tests;

/// <summary>A failure destination that remembers what it was given, and fails when a test says so.</summary>
internal sealed class ScriptedDestination : IFailureDestination
{
    private readonly List<Given> _given = [];

    /// <summary>Gets or sets whether a call fails.</summary>
    public Func<bool> IsDown { get; set; } = static () => false;

    /// <summary>Gets how often it was called.</summary>
    public int Calls { get; private set; }

    public IReadOnlyList<Given> Batches => _given;

    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Calls++;
        if (IsDown())
            throw new IOException("down");
        _given.Add(new Given(Pages.NumbersOf(batch.Records), batch.Condition, batch.ApproximateInvokeCount, batch.IsFunctionError));
    }

    internal sealed record Given(IReadOnlyList<long> Numbers, DiscardCondition Condition, int Calls, bool IsFunctionError)
    {
        public override string ToString() => $"[{string.Join(", ", Numbers)}] {Condition} after {Calls}{(IsFunctionError ? ", unhandled" : "")}";
    }
}
