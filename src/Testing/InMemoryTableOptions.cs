namespace StreamWorker.Testing;

/// <summary>How a table of <see cref="InMemoryStreams"/> is made.</summary>
public sealed class InMemoryTableOptions
{
    /// <summary>Gets the name of the partition key.</summary>
    /// <value>The default is <c>id</c>. Its type, <c>S</c>, <c>N</c> or <c>B</c>, is that of the items.</value>
    public string PartitionKey { get; init; } = "id";

    /// <summary>Gets the name of the sort key.</summary>
    /// <value>The default is null: the table has none.</value>
    public string? SortKey { get; init; }

    /// <summary>Gets whether the table has a stream from the start.</summary>
    /// <value>The default is true.</value>
    public bool StreamEnabled { get; init; } = true;

    /// <summary>Gets which images the stream's records carry.</summary>
    /// <value>The default is <see cref="StreamView.NewAndOldImages"/>.</value>
    public StreamView View { get; init; } = StreamView.NewAndOldImages;

    /// <summary>Gets how many shards a new stream has.</summary>
    /// <value>The default is 1. Allowed: 1 to 10,000.</value>
    public int Shards { get; init; } = 1;
}
