namespace StreamWorker.Consumer.Shards;

/// <summary>Time, randomness, settings and the share of what the process may use, for readers.</summary>
internal sealed record ReaderTools(TimeProvider Time, Entropy Entropy, TimeSpan MaximumPollInterval, ReadBudget Budget);
