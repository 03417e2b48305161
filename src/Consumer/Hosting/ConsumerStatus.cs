namespace StreamWorker.Consumer.Hosting;

/// <summary>What a consumer is doing in this worker.</summary>
/// <param name="Name">The consumer's name.</param>
/// <param name="Source">The table's name or the stream's ARN, as configured.</param>
/// <param name="Stream">The ARN of the stream that is being read; null before it is known.</param>
/// <param name="Phase">What the consumer is doing.</param>
/// <param name="LastError">The trouble that the consumer is in now; null when it is in none.</param>
/// <param name="Shards">The shards whose leases this worker holds.</param>
/// <param name="RecordsHandled">How many records were handled since the worker started.</param>
public sealed record ConsumerStatus(
    string Name,
    string Source,
    string? Stream,
    ConsumerPhase Phase,
    string? LastError,
    IReadOnlyList<ShardStatus> Shards,
    long RecordsHandled)
{
    /// <summary>Gets the gaps that were found since the worker started, the latest 100 of them.</summary>
    public IReadOnlyList<ShardGap> Gaps { get; init; } = [];

    /// <summary>Gets the pause that is in force; null when the consumer is not paused.</summary>
    public PauseStatus? Pause { get; init; }

    /// <summary>Gets the reset that is ordered and not carried out yet; null when there is none.</summary>
    public PendingReset? PendingReset { get; init; }

    /// <summary>Gets the last ten operations on the consumer, the latest first.</summary>
    public IReadOnlyList<OperationStatus> Operations { get; init; } = [];
}
