namespace StreamWorker.Testing;

/// <summary>The operations of <see cref="InMemoryStreams"/>.</summary>
public enum StreamsOperation
{
    /// <summary>A page of the list of a table's streams.</summary>
    ListStreams,

    /// <summary>A stream and a page of its shards.</summary>
    DescribeStream,

    /// <summary>A new iterator.</summary>
    GetShardIterator,

    /// <summary>A page of records.</summary>
    GetRecords,

    /// <summary>A look at a table.</summary>
    DescribeTable,
}
