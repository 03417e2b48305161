namespace StreamWorker.Testing;

/// <summary>A place in a shard: a record, or, without JSON, a page that is answered empty.</summary>
internal readonly record struct LogEntry(SequenceNumber Number, DateTimeOffset CreatedAt, byte[]? Json)
{
    public bool IsRecord => Json is not null;
}
