namespace StreamWorker.Consumer.Shards;

/// <summary>The kinds of start of an iterator.</summary>
public enum IteratorType
{
    /// <summary>The oldest record that the shard still has (<c>TRIM_HORIZON</c>).</summary>
    TrimHorizon,

    /// <summary>Behind the newest record (<c>LATEST</c>).</summary>
    Latest,

    /// <summary>A record (<c>AT_SEQUENCE_NUMBER</c>).</summary>
    AtSequenceNumber,

    /// <summary>Behind a record (<c>AFTER_SEQUENCE_NUMBER</c>).</summary>
    AfterSequenceNumber,
}
