namespace StreamWorker.Consumer.Shards;

/// <summary>Tells which stream a table has now.</summary>
public interface ITableDirectory
{
    /// <summary>Looks a table up.</summary>
    /// <param name="tableName">The table's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The table, or null when there is none of this name.</returns>
    /// <exception cref="StreamServiceException">The service, or the way to it, failed.</exception>
    ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken);
}
