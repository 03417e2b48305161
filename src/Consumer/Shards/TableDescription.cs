namespace StreamWorker.Consumer.Shards;

/// <summary>A table, as far as its stream goes.</summary>
/// <param name="TableName">The table's name.</param>
/// <param name="LatestStream">The stream that is enabled now, or was last; null when the table has never had one.</param>
/// <param name="IsStreamEnabled">Whether the stream is enabled.</param>
public sealed record TableDescription(string TableName, StreamArn? LatestStream, bool IsStreamEnabled);
