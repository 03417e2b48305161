namespace StreamWorker.Consumer.Delivery;

/// <summary>What follows from the end of a call.</summary>
/// <param name="Finished">The records with which nothing is left to do.</param>
/// <param name="Again">What is handed over or given up next, in this order, before anything else of the lane.</param>
/// <param name="Held">The records that wait behind a failed one of their item, the failed one first, by item.</param>
internal sealed record FollowUp(IReadOnlyList<PendingRecord> Finished, IReadOnlyList<BatchPiece> Again, IReadOnlyList<HeldItem> Held)
{
    public static FollowUp Done(BatchPiece piece) => new(piece.Records, [], []);

    public static FollowUp Repeat(BatchPiece piece) => new([], [piece], []);
}

/// <summary>An item with a failed record.</summary>
/// <param name="Piece">The failed record alone: to be tried again, or given up.</param>
/// <param name="Behind">Records of the same item that were in the same batch and are not finished.</param>
internal sealed record HeldItem(BatchPiece Piece, IReadOnlyList<PendingRecord> Behind);
