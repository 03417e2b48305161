namespace StreamWorker.Consumer.Leases;

/// <summary>A worker's heartbeat row.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Beat">A number that grows with every heartbeat. An unchanged number is the only sign of death.</param>
/// <param name="IsFenced">Whether another worker has found it silent: its next heartbeat fails.</param>
public sealed record WorkerRow(WorkerIdentity Worker, long Beat, bool IsFenced)
{
    /// <summary>Gets whether the worker is about to stop: it gives back what it holds and wants nothing more.</summary>
    public bool IsLeaving { get; init; }
}
