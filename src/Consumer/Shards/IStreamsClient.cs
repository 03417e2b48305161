namespace StreamWorker.Consumer.Shards;

/// <summary>The four operations of the DynamoDB Streams API.</summary>
/// <remarks>Every operation raises <see cref="StreamServiceException"/> when the service, or the way to it, fails. Safe for use by many readers at once.</remarks>
public interface IStreamsClient
{
    /// <summary>Lists the streams of a table, one page of them: the current one and those that were disabled less than a day ago.</summary>
    /// <param name="tableName">The table.</param>
    /// <param name="startAfter">Where the last page ended, or null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The page.</returns>
    ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken);

    /// <summary>Describes a stream and one page of its shards.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="startAfter">Where the last page ended, or null for the first page.</param>
    /// <param name="childrenOf">Asks for the direct children of this shard only. An answer may hold other shards too, where the service does not know the filter.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The description.</returns>
    ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken);

    /// <summary>Gets an iterator, valid for 15 minutes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="start">Where to start.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The iterator.</returns>
    ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken);

    /// <summary>Gets the records at an iterator: at most 1,000 records or 1 MB. The page is the caller's to dispose of.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="shardIterator">The iterator.</param>
    /// <param name="limit">The most records that are wanted, 1 to 1,000; null for as many as there are.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The page. Empty pages are normal. A page without <see cref="RecordPage.NextShardIterator"/> is the last one of a closed shard, and may hold records.</returns>
    ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken);
}
