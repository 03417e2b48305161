namespace StreamWorker.Consumer.Shards;

/// <summary>Where a reader starts.</summary>
/// <param name="After">The last finished record; null when nothing is finished.</param>
/// <param name="FromTime">Records created before this time, in whole seconds, are passed over. Only used while nothing is finished; null for all.</param>
/// <param name="WarmIterator">An iterator that was taken before <paramref name="FromTime"/> was, to save reading what would be passed over; null for none.</param>
internal sealed record ReadPosition(SequenceNumber? After, DateTimeOffset? FromTime, string? WarmIterator)
{
    /// <summary>Gets the record that is read first. Only used while nothing is finished; null for the oldest one.</summary>
    public SequenceNumber? At { get; init; }
}
