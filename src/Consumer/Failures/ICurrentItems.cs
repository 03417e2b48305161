namespace StreamWorker.Consumer.Failures;

/// <summary>Reads items as they are in their table now.</summary>
public interface ICurrentItems
{
    /// <summary>Reads an item, with every write that has completed before.</summary>
    /// <param name="stream">A stream of the table.</param>
    /// <param name="keys">The item's key attributes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The item in DynamoDB's typed JSON, as UTF-8; null when the table has no such item.</returns>
    /// <exception cref="Shards.StreamServiceException">The item cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>?> FindAsync(StreamArn stream, Item keys, CancellationToken cancellationToken);
}
