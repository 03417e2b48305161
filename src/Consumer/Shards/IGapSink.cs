namespace StreamWorker.Consumer.Shards;

/// <summary>Takes what is lost of a shard.</summary>
internal interface IGapSink
{
    /// <summary>Reports a gap.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="after">The last position before the gap; null for the start of the shard.</param>
    /// <param name="before">The first position behind it; null for the end of the shard.</param>
    /// <param name="cancellationToken">Ends the attempts to store it.</param>
    /// <returns>Whether reading may go on behind it.</returns>
    ValueTask<bool> ReportAsync(ShardId shard, SequenceNumber? after, SequenceNumber? before, CancellationToken cancellationToken);
}
