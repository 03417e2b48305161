namespace StreamWorker.Consumer.Hosting;

/// <summary>What stands for a consumer, and what was done to it.</summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Pause">The pause that is in force; null when the consumer is not paused.</param>
/// <param name="Resets">The resets that are ordered and not carried out, one for each stream.</param>
/// <param name="Operations">The operations that are remembered, at most 100, the latest first.</param>
/// <param name="WaitingFor">What is not as ordered yet, shard by shard, in words.</param>
public sealed record ConsumerOperationsStatus(
    string Consumer,
    PauseStatus? Pause,
    IReadOnlyList<PendingReset> Resets,
    IReadOnlyList<OperationStatus> Operations,
    IReadOnlyList<string> WaitingFor)
{
    /// <summary>Gets whether the workers have followed everything that is ordered.</summary>
    public bool HasFollowed => WaitingFor.Count == 0;
}
