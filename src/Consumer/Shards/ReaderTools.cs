namespace StreamWorker.Consumer.Shards;

/// <summary>Time, randomness and settings for readers.</summary>
internal sealed record ReaderTools(TimeProvider Time, Entropy Entropy, TimeSpan MaximumPollInterval);
