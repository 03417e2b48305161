namespace StreamWorker.Consumer.Leases;

/// <summary>Whether a consumer is paused, and what becomes of its leases meanwhile.</summary>
public enum PauseMode
{
    /// <summary>It is not paused.</summary>
    None,

    /// <summary>It is paused, and its leases are given back.</summary>
    ReleaseLeases,

    /// <summary>It is paused, and its workers keep their leases.</summary>
    KeepLeases,
}
