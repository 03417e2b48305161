using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery;

/// <summary>The end of a call of a lane: of the handler, or of the failure destination.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Piece">What was handed over.</param>
/// <param name="Result">What the handler made of it; null when it was handed to the failure destination.</param>
/// <param name="Error">Why the failure destination did not take it; null when it did.</param>
internal sealed record CallEnd(DeliveryLane Lane, BatchPiece Piece, BatchResult? Result, Exception? Error = null);
