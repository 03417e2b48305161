namespace StreamWorker;

/// <summary>Why a handler's cancellation token is cancelled.</summary>
public enum CancellationCause
{
    /// <summary>It is not cancelled.</summary>
    None,

    /// <summary>The host is ending, and its time to drain is over. What is not finished is delivered again, after the next start or by another worker.</summary>
    HostStopping,

    /// <summary>The shard may belong to another worker by now: whatever this one still does can happen beside the new owner's work.</summary>
    LeaseLost,

    /// <summary>The time for the record, the batch or Lambda's invocation is over. What is not finished is delivered again.</summary>
    TimedOut,
}
