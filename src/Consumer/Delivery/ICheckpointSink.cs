namespace StreamWorker.Consumer.Delivery;

/// <summary>What a delivery loop needs of whoever grants it the shard.</summary>
internal interface ICheckpointSink
{
    /// <summary>Gets whether the shard may still be delivered and checkpointed at this very moment.</summary>
    bool MayProceed { get; }

    /// <summary>Gets whether a stop now hands the shard over: the write that does it stores the last position, too.</summary>
    bool IsHandingOver { get; }

    /// <summary>Gets whether the shard's end can be stored as soon as its last record is finished: the write that does it stores the last position, too.</summary>
    bool IsEnding { get; }

    /// <summary>Stores the position up to which every record is finished, and in the same write what is to be found again together with it.</summary>
    /// <param name="position">The position.</param>
    /// <param name="memo">The memo. It takes the place of the last one; an empty one removes it.</param>
    /// <param name="cancellationToken">Cancels the write; whether it was done is not known then.</param>
    /// <returns>False when it was refused for good: the shard belongs to somebody else.</returns>
    ValueTask<bool> StoreAsync(SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken);
}
