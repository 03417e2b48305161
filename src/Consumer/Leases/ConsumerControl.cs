namespace StreamWorker.Consumer.Leases;

/// <summary>What operators have ordered for a consumer, whichever stream it reads.</summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Number">The number of the last operation; 0 when there was none. It grows by one with each, so that a change is seen.</param>
/// <param name="Pause">Whether the consumer is paused.</param>
public sealed record ConsumerControl(string Consumer, long Number, PauseMode Pause)
{
    /// <summary>Gets the number of the operation that paused the consumer; 0 when it is not paused.</summary>
    public long PauseNumber { get; init; }

    /// <summary>Gets who has paused the consumer; null when it is not paused.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Gets when the consumer was paused, by the clock of whoever did it; null when it is not paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Gives what is so as long as nobody has ordered anything.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <returns>Number 0, and no pause.</returns>
    public static ConsumerControl Initial(string consumer) => new(consumer, 0, PauseMode.None);
}
