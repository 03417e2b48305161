namespace StreamWorker.Consumer.Hosting;

/// <summary>What a worker is doing with a shard.</summary>
/// <param name="Shard">The shard's name.</param>
/// <param name="Epoch">The epoch of the lease.</param>
/// <param name="Checkpoint">The stored position; null before the first one.</param>
/// <param name="Position">The last record that was handled, which may be ahead of the checkpoint; null before the first one.</param>
/// <param name="LastRecordTime">When the last record that was handled had been written, by the service's clock, in whole seconds.</param>
/// <param name="RecordsHandled">How many records were handled since the worker took the shard.</param>
/// <param name="RecordsBuffered">How many records are read and wait for the handler or are in it.</param>
/// <param name="Attempt">How often the batch that is now in the handler, or waits for its next try, has been tried; 0 when there is none.</param>
/// <param name="LastError">The trouble that the shard is in now; null when it is in none.</param>
public sealed record ShardStatus(
    string Shard,
    long Epoch,
    string? Checkpoint,
    string? Position,
    DateTimeOffset? LastRecordTime,
    long RecordsHandled,
    int RecordsBuffered,
    int Attempt,
    string? LastError)
{
    /// <summary>Gets the age of the oldest record that was read and is not handled, by the worker's clock; zero when none waits.</summary>
    /// <value>Up to a second too long, for records tell of whole seconds; never negative. What was not read yet is not known.</value>
    public TimeSpan Lag { get; init; }

    /// <summary>Gets how many records the consumer's filter has passed over since the worker took the shard.</summary>
    public long RecordsFiltered { get; init; }

    /// <summary>Gets how many records were given up since then and are kept by the failure destination.</summary>
    public long RecordsDiscarded { get; init; }

    /// <summary>Gets how many records were given up since then and are kept nowhere.</summary>
    public long RecordsDropped { get; init; }

    /// <summary>Gets how many items are held up by a failed record of theirs, with <see cref="FailurePolicy.Isolate"/>.</summary>
    public int ItemsHeld { get; init; }
}
