namespace StreamWorker.Consumer.Delivery;

/// <summary>Takes records that were given up.</summary>
public interface IFailureDestination
{
    /// <summary>Takes records. Only when the call has succeeded does their consumer go on behind them.</summary>
    /// <remarks>After a crash the same records can come again. Calls come from several shards at the same time.</remarks>
    /// <param name="batch">The records.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the records, or what stands for them, are kept.</returns>
    ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken);
}
