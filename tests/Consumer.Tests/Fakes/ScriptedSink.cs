namespace StreamWorker.Consumer.Tests;

/// <summary>Grants a shard as long as a test says so, and remembers what was stored.</summary>
internal sealed class ScriptedSink(TimeProvider time) : ICheckpointSink
{
    private readonly List<(long Position, TimeSpan At)> _stored = [];
    private readonly List<byte[]> _memos = [];
    private readonly long _since = time.GetTimestamp();

    /// <summary>Gets or sets what is asked before each question whether delivery may proceed.</summary>
    public Func<bool> OnMayProceed { get; set; } = static () => true;

    /// <summary>Gets or sets what becomes of a write: false for a refusal, an exception for a failure.</summary>
    public Func<SequenceNumber, CancellationToken, ValueTask<bool>> OnStore { get; set; } = static (_, _) => new(true);

    public bool IsHandingOver { get; set; }

    public bool IsEnding { get; set; }

    public bool MayProceed => OnMayProceed();

    /// <summary>Gets the positions that were stored, and when.</summary>
    public IReadOnlyList<(long Position, TimeSpan At)> Stored => _stored;

    /// <summary>Gets the memos of the positions that were stored.</summary>
    public IReadOnlyList<byte[]> Memos => _memos;

    public IReadOnlyList<long> Positions => [.. _stored.Select(entry => entry.Position)];

    public async ValueTask<bool> StoreAsync(SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await OnStore(position, cancellationToken))
            return false;
        _memos.Add(memo.ToArray());
        _stored.Add((Pages.NumberOf(position), time.GetElapsedTime(_since)));
        return true;
    }
}
