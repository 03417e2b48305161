namespace StreamWorker.Consumer.Delivery;

/// <summary>How the records of a shard are delivered.</summary>
internal sealed record DeliveryOptions(int BatchSize, TimeSpan RetryDelay, TimeSpan MaximumRetryDelay, TimeSpan CheckpointInterval);
