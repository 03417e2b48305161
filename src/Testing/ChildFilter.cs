namespace StreamWorker.Testing;

/// <summary>What a service does when it is asked for the children of one shard only.</summary>
public enum ChildFilter
{
    /// <summary>It answers with the children alone, as AWS does.</summary>
    Honoured,

    /// <summary>It answers with every shard, as some emulators do.</summary>
    Ignored,

    /// <summary>It refuses the request, as some emulators do.</summary>
    Refused,
}
