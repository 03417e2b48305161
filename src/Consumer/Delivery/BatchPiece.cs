namespace StreamWorker.Consumer.Delivery;

/// <summary>Records that are handed over together, and what is known from earlier calls with the same first record.</summary>
/// <param name="Records">The records, in stream order, at least one but for the last call of a window.</param>
/// <param name="Attempt">How often they have been tried with the next call, from 1.</param>
internal sealed record BatchPiece(IReadOnlyList<PendingRecord> Records, int Attempt = 1)
{
    /// <summary>Gets why the records are given up with no further call; null when they are not.</summary>
    public DiscardCondition? GivenUp { get; init; }

    /// <summary>Gets whether the window of the records ends with them. Then there may be none.</summary>
    public bool IsFinalOfWindow { get; init; }

    /// <summary>Gets what the last call failed with; null before the first one.</summary>
    public CallFailure? Failure { get; init; }

    /// <summary>Gets how often the handler was called with the records, or 1 when it never was.</summary>
    public int Calls => Math.Max(1, Attempt - 1);

    public PendingRecord First => Records[0];

    /// <summary>Makes the same piece from a record on.</summary>
    public BatchPiece From(int index) => this with { Records = Part(index, Records.Count - index) };

    /// <summary>Makes the same piece with some of its records.</summary>
    public BatchPiece With(IReadOnlyList<PendingRecord> records) => this with { Records = records };

    public IReadOnlyList<PendingRecord> Part(int start, int count) => [.. Records.Skip(start).Take(count)];
}

/// <summary>What a call failed with.</summary>
/// <param name="IsFunctionError">Whether it failed as a whole, rather than having named failed records.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record CallFailure(bool IsFunctionError, string Reason);
