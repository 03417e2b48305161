namespace StreamWorker.Testing;

/// <summary>The operations of <see cref="InMemoryLeaseStore"/>.</summary>
public enum LeaseStoreOperation
{
    /// <summary>The store is made ready.</summary>
    Initialize,

    /// <summary>Leases are listed.</summary>
    ListLeases,

    /// <summary>A lease is made.</summary>
    CreateLease,

    /// <summary>A lease is taken.</summary>
    Claim,

    /// <summary>A checkpoint is stored.</summary>
    Checkpoint,

    /// <summary>A lease is given back.</summary>
    Release,

    /// <summary>A shard is ended.</summary>
    EndShard,

    /// <summary>Workers are listed.</summary>
    ListWorkers,

    /// <summary>A heartbeat is written.</summary>
    Beat,

    /// <summary>A silent worker is fenced.</summary>
    FenceWorker,

    /// <summary>A worker's row is removed.</summary>
    RemoveWorker,

    /// <summary>A lease is asked for, or a request for it is taken back.</summary>
    Request,

    /// <summary>A lease is handed over.</summary>
    HandOver,

    /// <summary>A worker says that it is about to stop.</summary>
    AnnounceLeaving,

    /// <summary>The lease of a finished shard is removed.</summary>
    RemoveLease,

    /// <summary>A gap is noted.</summary>
    RecordGap,

    /// <summary>Gaps are listed.</summary>
    ListGaps,

    /// <summary>The memo of a held lease is read.</summary>
    LoadMemo,

    /// <summary>A consumer is paused, resumed or reset.</summary>
    Command,

    /// <summary>A lease is given a new start.</summary>
    ResetLease,

    /// <summary>A reset is noted as carried out.</summary>
    CompleteReset,

    /// <summary>An owner notes that it does nothing more during a pause.</summary>
    NotePaused,

    /// <summary>The operations on a consumer are listed.</summary>
    ListOperations,
}
