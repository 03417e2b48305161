namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>What a pattern says.</summary>
/// <param name="Alternatives">It matches when all members of one of these do. Several there are by <c>$or</c> alone.</param>
/// <param name="Repeated">The places of members that are named twice, of which the last one counts (F2).</param>
internal sealed record ParsedPattern(IReadOnlyList<IReadOnlyList<PatternLeaf>> Alternatives, IReadOnlyList<string> Repeated);
